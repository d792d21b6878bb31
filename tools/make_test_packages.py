"""Compiles some of the models that make_test_models.py makes, OUT/<name> from MODELS/<name>, half a minute each.

The cards and references are the originals', so that what a package gives is compared with its model's own scores.
"""

import argparse
import shutil
from pathlib import Path

import torch
from compiled_package import compile_package

SAMPLES = 8000
PACKAGES = {
    "channels_last": {"inputs": (torch.zeros(3, SAMPLES),)},
    "running_levels": {"inputs": (torch.zeros(1, SAMPLES), torch.full([1, 1], 0.5)), "takes": ("input", "state")},
    "heard_levels": {
        "inputs": (torch.zeros(3, SAMPLES), torch.full([3], SAMPLES)),
        "takes": ("input", "lengths"),
    },
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", required=True, type=Path, help="folder of model directories")
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name, options in PACKAGES.items():
        make(arguments.models / name, arguments.out / name, options)


def make(original, directory, options):
    shutil.copytree(original, directory, ignore=shutil.ignore_patterns("model.pt"))
    card = directory / "model.yaml"
    card.write_text(card.read_text().replace("file: model.pt", "file: model.pt2"))
    compile_package(torch.jit.load(original / "model.pt"), folder=directory / "model.pt2", **options)


if __name__ == "__main__":
    main()
