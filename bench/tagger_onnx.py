"""Writes the CNN tagger as ONNX, for the runtimes that bench/forward.py measures beside rookery."""

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from make_tagger import Tagger  # noqa: E402, from the folder named above


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--batch", type=int, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(0)  # as make_tagger.py: the same weights
    tagger = Tagger().eval()
    torch.onnx.export(tagger, (torch.zeros(arguments.batch, 1, 500, 64),), arguments.out, dynamo=False)


if __name__ == "__main__":
    main()
