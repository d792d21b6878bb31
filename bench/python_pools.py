"""Measures `rookery run` against the process pools that people write in Python (bench/tagger_pool.py): the same
tagger, recordings and batch, two-channel FLAC of 44.1 kHz in, one process or worker a core, rounds taking turns.

Told are seconds of audio a second after start-up (model loaded, warm), medians over the rounds, and CPU seconds.
rookery's time includes its journal and export; the pools keep their scores in memory.
"""

import json
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from material import stereo
from measured_host import print_host_facts
from rookery_run import arguments_of, command, run
from tagger_forms import BATCH, onnx_model, rookery_models, runtimes_command

POOLS = {
    "pool, TorchScript fp32": "torch",
    "pool, ONNX Runtime fp32": "onnxruntime",
    "pool, OpenVINO fp32": "openvino",
    "pool, OpenVINO bf16": "openvino-bf16",
}
ONNX_RUNTIME = "pool, ONNX Runtime fp32"
WANTED = {"fp32": 1.1, "bf16": 1.5}
STAGES = {"decode": ["probe", "decode", "resample"], "front end": ["front_end"], "forward": ["forward"]}
LABELS = 527


@dataclass
class Measured:
    start_up_seconds: float
    wall_seconds: float  # after start-up
    cpu_seconds: dict


class Rookery:
    def __init__(self, name, programs, model):
        self.name, self._programs, self._model = f"rookery, {name}", programs, model

    def measure(self, recordings):
        summary = run(self._programs, self._model, recordings, "--batch", BATCH)
        start_up = summary["start_up_seconds"]
        return Measured(start_up, summary["wall_seconds"] - start_up, summary["cpu_seconds"])

    def scores(self, recording):
        """All scores of all segments, which a card of an embedding of as many numbers keeps as they are."""
        with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
            model, out = Path(folder) / "model", Path(folder) / "out"
            shutil.copytree(self._model, model)
            _keep_vectors(model / "model.yaml")
            words = command(self._programs, model, out, [recording], "--batch", BATCH, "--format", "npy")
            subprocess.run(words, check=True)
            return np.load(next(out.rglob("*.npy")))


def _keep_vectors(card):
    replaced = ("output:", "labels:", "postprocess:")
    lines = [line for line in card.read_text().splitlines() if not line.startswith(replaced)]
    card.write_text("\n".join([*lines, f"output: {{type: embedding, dimensions: {LABELS}}}", ""]))


class Pool:
    def __init__(self, name, runtime, model):
        self.name, self._options = name, ["--runtime", runtime, "--model", model]

    def measure(self, recordings):
        return Measured(**json.loads(self._output(*recordings)))

    def scores(self, recording):
        with tempfile.NamedTemporaryFile() as file:
            self._output("--scores", file.name, recording)
            return np.fromfile(file.name, np.float32).reshape(-1, LABELS)

    def _output(self, *arguments):
        words = runtimes_command("tagger_pool.py", *self._options, *arguments)
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def ways(programs):
    models = rookery_models(programs)
    onnx = onnx_model()
    found = [Rookery(name, programs, model) for name, model in models.items()]
    for name, runtime in POOLS.items():
        found.append(Pool(name, runtime, models["eager"] / "model.pt" if runtime == "torch" else onnx))
    return found


def print_scores(measured, recording):
    """How far each way's scores are from those of the eager model in rookery."""
    expected = measured[0].scores(recording)
    print(f"\nlargest difference of a score from {measured[0].name}'s, over {len(expected)} segments")
    for way in measured[1:]:
        print(f"{way.name:28}{np.abs(way.scores(recording) - expected).max():10.2g}", flush=True)


def print_table(results, audio_seconds):
    hours = audio_seconds / 3600
    stages = "".join(f"{stage:>11}" for stage in [*STAGES, "rest"])
    print(f"\n{'':28}{'× real time':>12}{'least–most':>14}{'start-up, s':>13}   CPU s an hour:{stages}")
    for name, rounds in results.items():
        speeds = [audio_seconds / one.wall_seconds for one in rounds]
        start_up = statistics.median(one.start_up_seconds for one in rounds)
        cpu = "".join(f"{seconds / hours:11.2f}" for seconds in median_stages(rounds))
        spread = f"{min(speeds):.0f}–{max(speeds):.0f}"
        print(f"{name:28}{statistics.median(speeds):12.1f}{spread:>14}{start_up:13.1f}{'':17}{cpu}")


def median_stages(rounds):
    """CPU seconds in the order of STAGES, and those of all other stages."""
    for names in STAGES.values():
        yield statistics.median(sum(one.cpu_seconds.get(name, 0) for name in names) for one in rounds)
    told = {name for names in STAGES.values() for name in names}
    yield statistics.median(sum(s for name, s in one.cpu_seconds.items() if name not in told) for one in rounds)


def print_ratios(results):
    for precision, wanted in WANTED.items():
        rookery = fastest(results, "rookery", precision)
        pool = fastest(results, "pool", precision)
        print()
        for other in sorted({pool, ONNX_RUNTIME} if precision == "fp32" else {pool}):
            ratio = statistics.median(b.wall_seconds / a.wall_seconds for a, b in zip(results[rookery], results[other]))
            print(f"{rookery} is {ratio:.3f} times as fast as {other} (median of the rounds; wanted {wanted})")


def fastest(results, kind, precision):
    names = [name for name in results if name.startswith(kind) and name.endswith(precision)]
    return min(names, key=lambda name: statistics.median(one.wall_seconds for one in results[name]))


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recordings", type=int, default=8)
    parser.add_argument("--minutes", type=int, default=10, help="length of a recording")
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    recordings = stereo("flac", arguments.recordings, arguments.minutes * 60)
    measured = ways(arguments.bin)
    results = {way.name: [] for way in measured}
    for number in range(arguments.rounds):
        for way in measured:
            results[way.name].append(way.measure(recordings))
        print(f"round {number + 1} done", flush=True)
    print_table(results, arguments.recordings * arguments.minutes * 60)
    print_ratios(results)
    print_scores(measured, recordings[0])


if __name__ == "__main__":
    main()
