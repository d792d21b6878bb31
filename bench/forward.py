"""Measures one forward of the CNN tagger per segment: rookery's models beside ONNX Runtime and OpenVINO.

Every way runs in a process of its own with one thread, takes the same batch (log-mel values of noise) and is asked
in turn, round by round, so that what else the host does disturbs all alike. Told are CPU milliseconds a segment,
medians, and the largest difference of a score from the model as loaded.
"""

import array
import random
import statistics
import subprocess
import sys
from pathlib import Path

from material import KEPT
from measured_host import print_host_facts
from rookery_run import arguments_of
from tagger_forms import BATCH, onnx_model, rookery_models, runtimes_command

ROW = (1, 500, 64)
ALLOCATOR = {"LD_PRELOAD": "libjemalloc.so.2", "MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1"}
FASTEST_FP32, OPENVINO_BF16 = ("onnxruntime", "openvino"), "openvino-bf16"


def batch_file():
    generator = random.Random(0)
    path = KEPT / "forward-batch.f32"
    size = BATCH * ROW[0] * ROW[1] * ROW[2]
    path.write_bytes(array.array("f", [generator.gauss(-2, 1) for _ in range(size)]).tobytes())
    return path


class Way:
    """One process that runs one forward for each line that it is sent, and answers with what it took."""

    def __init__(self, name, command, environment=None):
        self.name, self.output, self.times = name, KEPT / f"forward-{name.replace(' ', '-')}.f32", []
        shape = ",".join(str(size) for size in (BATCH, *ROW))
        words = [str(word) for word in [*command, batch_file(), shape, self.output]]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        if environment:
            words = ["/usr/bin/env", *(f"{key}={value}" for key, value in environment.items()), *words]
        self.process = subprocess.Popen(words, **pipes)
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"{name} did not start")

    def ask(self):
        print(file=self.process.stdin, flush=True)
        return self.process.stdout.readline()

    def scores(self):
        values = array.array("f")
        values.frombytes(self.output.read_bytes())
        return values

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def ways(programs, models):
    found = []
    for name, directory in models.items():
        file = "model.pt2" if name.startswith(".pt2") else "model.pt"
        found.append(Way(name, [Path(programs) / "forward_rounds", directory / file], ALLOCATOR))
    onnx = onnx_model()
    for runtime in (*FASTEST_FP32, OPENVINO_BF16):
        found.append(Way(runtime, runtimes_command("runtime_rounds.py", runtime, onnx)))
    return found


def print_table(measured):
    reference = measured[0].scores()
    medians = {way.name: statistics.median(way.times) for way in measured}
    print(f"\n{'':16}{'ms a segment':>14}{'fastest round':>15}{'as eager':>10}{'scores differ by':>18}")
    for way in measured:
        difference = max(abs(a - b) for a, b in zip(reference, way.scores(), strict=True))
        speed = statistics.median(eager / own for eager, own in zip(measured[0].times, way.times))
        print(f"{way.name:16}{medians[way.name]:14.2f}{min(way.times):15.2f}{speed:9.2f}×{difference:18.2g}")
    fastest = min(FASTEST_FP32, key=medians.get)
    for name, beside in ((".pt2 fp32", fastest), (".pt2 bf16", OPENVINO_BF16)):
        print(f"{name} takes {ratio(measured, name, beside):.3f} of {beside}'s time (median of the rounds' ratios)")


def ratio(measured, name, beside):
    times = {way.name: way.times for way in measured}
    return statistics.median(own / other for own, other in zip(times[name], times[beside]))


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--probe", help="a recording for rookery prepare to compare scores on")
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    # Prepared anew: what is fast depends on host and build.
    measured = ways(arguments.bin, rookery_models(arguments.bin, arguments.probe, anew=True))
    for number in range(arguments.rounds + 1):
        for way in measured:
            time = float(way.ask()) / BATCH
            if number > 0:  # the first round is for warming up
                way.times.append(time)
    for way in measured:
        way.end()
    print_table(measured)


if __name__ == "__main__":
    main()
