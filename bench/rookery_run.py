"""`rookery run` as the measurements start it."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

from material import ROOT


def arguments_of(description):
    """A parser with --bin, the folder of the programs to measure."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bin", default=ROOT / "build/release/bin", help="folder of the programs")
    return parser


def command(programs, model, out, inputs, *options):
    """The command line of a quiet run."""
    fixed = ["--quiet", "--model", model, "--out", out]
    return [str(word) for word in [Path(programs) / "rookery", "run", *fixed, *options, *inputs]]


def summary_of(out):
    return json.loads((Path(out) / "summary.json").read_text())


def run(programs, model, inputs, *options):
    """Runs to the end in a folder of its own and returns summary.json."""
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        out = Path(folder) / "out"
        subprocess.run(command(programs, model, out, inputs, *options), check=True)
        return summary_of(out)
