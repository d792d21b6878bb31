"""Measures where the CNN tagger's forward spends its time, by block: rookery's compiled and prepared models beside
OpenVINO, one thread each, in turn, on the same batch.

Told are wall milliseconds a segment with profiling on, of a block's two convolutions and its pooling: the least of
all rounds, since profilers know no CPU time and other work on the host only adds.
"""

import json

from forward import ALLOCATOR, Way
from material import ROOT
from measured_host import print_host_facts
from rookery_run import arguments_of
from tagger_forms import BATCH, onnx_model, rookery_models, runtimes_command

PRECISIONS = {"fp32": "openvino", "bf16": "openvino-bf16"}


def ways(programs):
    models, onnx = rookery_models(programs), onnx_model()
    torch_blocks = [ROOT / ".venv/bin/python", ROOT / "bench/block_rounds.py"]
    for precision, openvino in PRECISIONS.items():
        prepared, package = f"prepared {precision}", f".pt2 {precision}"
        yield Way(openvino, runtimes_command("block_rounds.py", openvino, onnx))
        yield Way(package, [*torch_blocks, "package", models[package] / "model.pt2"], ALLOCATOR)
        yield Way(prepared, [*torch_blocks, "torchscript", models[prepared] / "model.pt"], ALLOCATOR)


def least_blocks(rounds):
    return [min(times) / BATCH for times in zip(*rounds)]


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    measured = list(ways(arguments.bin))
    rounds = {way.name: [] for way in measured}
    for number in range(arguments.rounds + 1):
        for way in measured:
            times = json.loads(way.ask())
            if number > 0:  # the first round is for warming up
                rounds[way.name].append(times)
    for way in measured:
        way.end()
    blocks = len(times)
    print(f"\n{'ms a segment':16}" + "".join(f"{f'block {block + 1}':>10}" for block in range(blocks)) + f"{'sum':>10}")
    for name, own_rounds in rounds.items():
        least = least_blocks(own_rounds)
        print(f"{name:16}" + "".join(f"{ms:10.2f}" for ms in [*least, sum(least)]))


if __name__ == "__main__":
    main()
