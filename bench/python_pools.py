"""Measures `rookery run` against the process pools that people write in Python (bench/tagger_pool.py): the same
tagger, recordings and batch, two-channel FLAC of 44.1 kHz in, one process or worker a core, rounds taking turns.

Told are seconds of audio a second after start-up (model loaded, warm), medians over the rounds, and CPU seconds.
rookery's time includes its journal and export; the pools keep their scores in memory.
"""

from material import stereo
from measured_host import print_host_facts
from rookery_run import arguments_of
from side_by_side import Program, Rookery, fastest, measure, print_ratio, print_scores, print_table
from tagger_forms import onnx_model, rookery_models

ONNX_RUNTIME = "pool, ONNX Runtime fp32"
POOLS = {
    "pool, TorchScript fp32": "torch",
    ONNX_RUNTIME: "onnxruntime",
    "pool, OpenVINO fp32": "openvino",
    "pool, OpenVINO bf16": "openvino-bf16",
}
WANTED = {"fp32": 1.1, "bf16": 1.5}


def ways(programs):
    models = rookery_models(programs)
    onnx = onnx_model()
    found = [Rookery(form, programs, model) for form, model in models.items()]
    for name, runtime in POOLS.items():
        model = models["eager"] / "model.pt" if runtime == "torch" else onnx
        found.append(Program(name, "tagger_pool.py", "--runtime", runtime, "--model", model))
    return found


def print_ratios(results):
    print()
    for precision, wanted in WANTED.items():
        pools = {fastest(results, "pool", precision)} | ({ONNX_RUNTIME} if precision == "fp32" else set())
        for pool in sorted(pools):
            print_ratio(results, fastest(results, "rookery", precision), pool, wanted)


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recordings", type=int, default=8)
    parser.add_argument("--minutes", type=int, default=10, help="length of a recording")
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    recordings = stereo("flac", arguments.recordings, arguments.minutes * 60)
    measured = ways(arguments.bin)
    results = measure(measured, recordings, arguments.rounds)
    print_table(results, arguments.recordings * arguments.minutes * 60)
    print_ratios(results)
    print_scores(measured, recordings[0])


if __name__ == "__main__":
    main()
