"""Measures `rookery run` with two workers on one long WAV against OpenVINO's asynchronous queue with two streams
(bench/tagger_queue.py): the same tagger, recording and batch, rounds taking turns.

Told are seconds of audio a second after start-up (model loaded, warm), medians over the rounds, and CPU seconds.
"""

from material import stereo
from measured_host import print_host_facts
from rookery_run import arguments_of
from side_by_side import Program, Rookery, fastest, measure, print_ratio, print_scores, print_table
from tagger_forms import onnx_model, rookery_models

FORMS = [".pt2 fp32", ".pt2 bf16"]  # the fastest
WANTED = 1.05


def ways(programs):
    onnx = onnx_model()
    models = rookery_models(programs)
    found = [Rookery(form, programs, models[form]) for form in FORMS]
    for name, precision in {"fp32": "f32", "bf16": "bf16"}.items():
        options = ["--model", onnx, "--precision", precision]
        found.append(Program(f"queue, OpenVINO {name}", "tagger_queue.py", *options))
    return found


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=int, default=35)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    recordings = stereo("wav", 1, arguments.minutes * 60)
    measured = ways(arguments.bin)
    results = measure(measured, recordings, arguments.rounds)
    print_table(results, arguments.minutes * 60)
    print()
    for precision in ("fp32", "bf16"):
        print_ratio(results, fastest(results, "rookery", precision), fastest(results, "queue", precision), WANTED)
    print_scores(measured, recordings[0])


if __name__ == "__main__":
    main()
