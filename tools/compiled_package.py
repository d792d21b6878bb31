"""Compiles a module ahead of time with AOTInductor into a folder that rookery-worker loads: MODEL.pt2/.

The folder holds the unpacked package (packed, it would have to be unpacked to a temporary folder at each start)
and rookery.json, which says what it was compiled for.
"""

import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

# Groups of instructions that a compiler or oneDNN may use, as /proc/cpuinfo names them.
VECTOR_FEATURES = re.compile(r"(sse4|avx|fma|f16c|bmi|amx|gfni|vaes|vpclmul)")
SOURCES = ("*.cpp",)


class Unconvertible(Exception):
    """PyTorch cannot turn this module into a package; the message says why in one line."""


class Autocast(nn.Module):
    """Convolutions and matrix products in bfloat16, the rest in float, as PyTorch's autocast decides."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, batch: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return self.module(batch).float()


def compile_package(module, example, folder, *, bfloat16=False, dynamic=False, max_autotune=False):
    """Writes `folder` (which must not exist) from an nn.Module or a scripted module.

    `example` is an input batch; the package takes batches of so many rows, or of any number if `dynamic`.
    """
    with torch.no_grad():
        program = _export(module.eval(), example, bfloat16, dynamic)
        if program.graph_signature.buffers_to_mutate:
            raise Unconvertible(f"it changes {', '.join(program.graph_signature.buffers_to_mutate.values())}")
        options = {"freezing": True, "cpp.threads": 1, "max_autotune": max_autotune}
        with tempfile.TemporaryDirectory() as temporary:
            packed = Path(temporary) / "model.pt2"
            torch._inductor.aoti_compile_and_package(program, package_path=str(packed), inductor_configs=options)
            with zipfile.ZipFile(packed) as archive:
                archive.extractall(folder)
    for pattern in SOURCES:
        for source in Path(folder).rglob(pattern):
            source.unlink()
    _write_facts(folder, example, dynamic)


def _export(module, example, bfloat16, dynamic):
    if isinstance(module, torch.jit.ScriptModule):
        module = _converted(module, example)
    if bfloat16:
        module = Autocast(module)
    shapes = ({0: torch.export.Dim("rows", min=1, max=4096)},) if dynamic else None
    try:
        return torch.export.export(module, (example,), dynamic_shapes=shapes)
    except Exception as error:
        raise Unconvertible(_first_line(error)) from error


def _converted(module, example):
    from torch._export.converter import TS2EPConverter

    try:
        program = TS2EPConverter(module, (example,)).convert()
        difference = (program.module()(example) - module(example)).abs().max().item()
    except Exception as error:
        raise Unconvertible(_first_line(error)) from error
    if not difference <= 1e-4:
        raise Unconvertible(f"once converted it gives other numbers, by {difference:.2g}")
    return program.module()


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"


def _write_facts(folder, example, dynamic):
    facts = {
        "libtorch": torch.__version__.partition("+")[0],
        "cpu_features": cpu_features(),
        "batch_rows": 0 if dynamic else example.size(0),
        "row_shape": list(example.shape[1:]),
    }
    (Path(folder) / "rookery.json").write_text(json.dumps(facts, indent=2) + "\n")


def cpu_features():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            return sorted(word for word in line.partition(":")[2].split() if VECTOR_FEATURES.match(word))
    return []


def compiler_missing():
    """What the machine lacks to compile, or None."""
    return None if shutil.which("g++") or shutil.which("clang++") else "a C++ compiler (g++)"
