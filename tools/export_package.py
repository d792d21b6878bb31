"""Compiles a TorchScript model into a package folder for `rookery prepare --format aoti`, which calls this.

Prints one line of JSON: {"compiled": folder} or {"error": {"stage", "reason", "remedy"}}. What PyTorch cannot
convert has to be exported from Python: see compiled_package.py and, for an example, make_tagger.py --package.
"""

import argparse
import json
import logging
import sys

import torch
from compiled_package import Unconvertible, compile_package, compiler_missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="TorchScript file")
    parser.add_argument("--out", required=True, help="folder to write, named *.pt2")
    parser.add_argument("--row-shape", required=True, help="shape of the input without its rows: 1,500,64")
    parser.add_argument("--batch", default="4", help="rows of a batch, or dynamic")
    parser.add_argument("--row-length", type=int, help="the model takes lengths; that of a row without padding")
    parser.add_argument("--vocabulary", type=int, help="the input is of tokens, of which there are so many")
    parser.add_argument("--carries-state", action="store_true", help="the model carries state; for --batch 1")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--max-autotune", action="store_true", help="let the compiler try more kernels")
    arguments = parser.parse_args()
    if missing := compiler_missing():
        return refuse("config", f"this host lacks {missing}", "install it, or use --format torchscript")
    torch.set_num_threads(1)
    torch._logging.set_logs(all=logging.ERROR)  # what PyTorch finds remarkable is not the user's concern
    model = torch.jit.load(arguments.model, "cpu")
    try:
        takes, inputs = example_of(model, arguments)
        compile_package(
            model,
            inputs,
            arguments.out,
            takes=takes,
            bfloat16=arguments.precision == "bf16",
            dynamic=arguments.batch == "dynamic",
            max_autotune=arguments.max_autotune,
        )
    except Unconvertible as error:
        return refuse(
            "model",
            f"PyTorch cannot convert {arguments.model}: {error}",
            "export it from Python: tools/make_tagger.py --package shows how",
        )
    print(json.dumps({"compiled": arguments.out}))
    return 0


def example_of(model, arguments):
    """What forward takes, in words and as tensors."""
    # Two rows of any number, so that it is not taken for the constant 1.
    rows = 2 if arguments.batch == "dynamic" else int(arguments.batch)
    row = [int(size) for size in arguments.row_shape.split(",")]
    if arguments.vocabulary is None:
        example = {"input": 0.05 * torch.randn([rows, *row])}
    else:
        example = {"tokens": torch.randint(0, arguments.vocabulary, [rows, *row])}
    if arguments.row_length is not None:
        example["lengths"] = torch.full([rows], arguments.row_length)
    if arguments.carries_state:
        example["state"] = model.initial_state(rows)
    return tuple(example), tuple(example.values())


def refuse(stage, reason, remedy):
    print(json.dumps({"error": {"stage": stage, "reason": reason, "remedy": remedy}}))
    return 1


if __name__ == "__main__":
    sys.exit(main())
