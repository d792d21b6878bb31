"""Compiles a module ahead of time with AOTInductor into a folder that rookery-worker loads: MODEL.pt2/.

The folder holds the unpacked package (packed, it would have to be unpacked to a temporary folder at each start),
rookery.json, which says what it was compiled for, and initial_state.pt if the model carries state.
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
MOST_ROWS = 4096


class Unconvertible(Exception):
    """PyTorch cannot turn this module into a package; the message says why in one line."""


class Autocast(nn.Module):
    """Convolutions and matrix products in bfloat16, the rest in float, as PyTorch's autocast decides."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, *inputs):
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self.module(*inputs)
        return outputs.float() if isinstance(outputs, Tensor) else tuple(output.float() for output in outputs)


def compile_package(
    module, inputs, folder, *, takes=("input",), bfloat16=False, dynamic=False, max_autotune=False
):
    """Writes `folder` (which must not exist) from an nn.Module or a scripted module.

    `inputs` is an example of what its forward takes, and `takes` says what that is: "input" (or "tokens", which are
    integers), a batch, then "lengths" and "state" if the card says so. The package takes batches of so many rows, or of
    any number if `dynamic`. The example of a state, for one row, is the one at a recording's start.
    """
    assert len(inputs) == len(takes) and not (dynamic and "state" in takes)
    with torch.no_grad():
        program = _export(module.eval(), inputs, bfloat16, dynamic)
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
    if "state" in takes:
        torch.save(inputs[-1].clone(), Path(folder) / "initial_state.pt")
    _write_facts(folder, inputs[0], takes, dynamic)


def _export(module, inputs, bfloat16, dynamic):
    if isinstance(module, torch.jit.ScriptModule):
        module = _converted(module, inputs)
    rows = torch.export.Dim("rows", min=1, max=MOST_ROWS)
    shapes = tuple({0: rows} for _ in inputs) if dynamic else None
    if bfloat16:
        module = Autocast(module)
        shapes = (shapes,) if dynamic else None  # its inputs are one *tuple
    try:
        return torch.export.export(module, inputs, dynamic_shapes=shapes)
    except Exception as error:
        raise Unconvertible(_first_line(error)) from error


def _converted(module, inputs):
    from torch._export.converter import TS2EPConverter

    try:
        program = TS2EPConverter(module, inputs).convert()
        difference = _largest_difference(program.module()(*inputs), module(*inputs))
    except Exception as error:
        raise Unconvertible(_first_line(error)) from error
    if not difference <= 1e-4:
        raise Unconvertible(f"once converted it gives other numbers, by {difference:.2g}")
    return program.module()


def _largest_difference(outputs, expected):
    pairs = [(outputs, expected)] if isinstance(outputs, Tensor) else zip(outputs, expected, strict=True)
    return max((output - wanted).abs().max().item() for output, wanted in pairs)


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"


def _write_facts(folder, example, takes, dynamic):
    facts = {
        "libtorch": torch.__version__.partition("+")[0],
        "cpu_features": cpu_features(),
        "batch_rows": 0 if dynamic else example.size(0),
        "row_shape": list(example.shape[1:]),
        "takes": list(takes),
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
