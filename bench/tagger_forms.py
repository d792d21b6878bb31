"""The CNN tagger in every form that is measured, and the environment of the runtimes beside rookery."""

import os
import subprocess
from pathlib import Path

from material import KEPT, ROOT, tagger_model

BATCH = 4
RUNTIMES = KEPT / "runtimes"
PREPARED = {
    "prepared fp32": ["--precision", "fp32"],
    ".pt2 fp32": ["--precision", "fp32", "--format", "aoti", "--batch", str(BATCH)],
    "prepared bf16": ["--precision", "bf16"],
    ".pt2 bf16": ["--precision", "bf16", "--format", "aoti", "--batch", str(BATCH)],
}


def rookery_models(programs, probe=None, anew=False):
    """{name: model directory}, the eager one first. Those that are there are taken, unless `anew`."""
    models = {"eager": tagger_model()}
    for name, options in PREPARED.items():
        directory = KEPT / "models" / ("tagger-" + name.replace(" ", "-").replace(".", ""))
        if anew or not (directory / "model.yaml").exists():
            _prepare(programs, directory, [*options, *(["--probe", probe] if probe else [])])
        models[name] = directory
    return models


def _prepare(programs, directory, options):
    subprocess.run(["rm", "-rf", directory], check=True)
    command = [Path(programs) / "rookery", "prepare", tagger_model(), "--out", directory, *options]
    subprocess.run([str(word) for word in command], check=True)


def onnx_model():
    """The same weights for the other runtimes, for batches of BATCH rows."""
    path = KEPT / f"tagger-{BATCH}.onnx"
    words = [ROOT / ".venv/bin/python", ROOT / "bench/tagger_onnx.py", "--out", path, "--batch", str(BATCH)]
    # PyTorch is in one environment, the package that it writes ONNX with in the other.
    subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": str(_packages(RUNTIMES))})
    return path


def runtimes_command(script, *arguments):
    """A script of this folder under the runtimes' Python, which finds the project's own packages, too."""
    python = [RUNTIMES / "bin/python", ROOT / "bench" / script]
    return ["/usr/bin/env", f"PYTHONPATH={_packages(ROOT / '.venv')}", *(str(word) for word in [*python, *arguments])]


def _packages(environment):
    return next((environment / "lib").glob("python*/site-packages"))
