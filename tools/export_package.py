"""Compiles a TorchScript model into a package folder for `rookery prepare --format aoti`, which calls this.

Prints one line of JSON: {"compiled": folder} or {"error": {"stage", "reason", "remedy"}}. What PyTorch cannot
convert has to be exported from Python: see compiled_package.py and, for an example, make_tagger.py --package.
"""

import argparse
import json
import sys

import torch
from compiled_package import Unconvertible, compile_package, compiler_missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="TorchScript file")
    parser.add_argument("--out", required=True, help="folder to write, named *.pt2")
    parser.add_argument("--row-shape", required=True, help="shape of the input without its rows: 1,500,64")
    parser.add_argument("--batch", default="4", help="rows of a batch, or dynamic")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--max-autotune", action="store_true", help="let the compiler try more kernels")
    arguments = parser.parse_args()
    if missing := compiler_missing():
        return refuse("config", f"this host lacks {missing}", "install it, or use --format torchscript")
    torch.set_num_threads(1)
    dynamic = arguments.batch == "dynamic"
    row = [int(size) for size in arguments.row_shape.split(",")]
    # Two rows, so that the number of rows is not taken for the constant 1.
    example = 0.05 * torch.randn([2 if dynamic else int(arguments.batch), *row])
    try:
        compile_package(
            torch.jit.load(arguments.model, "cpu"),
            example,
            arguments.out,
            bfloat16=arguments.precision == "bf16",
            dynamic=dynamic,
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


def refuse(stage, reason, remedy):
    print(json.dumps({"error": {"stage": stage, "reason": reason, "remedy": remedy}}))
    return 1


if __name__ == "__main__":
    sys.exit(main())
