"""The rows of the table: every fault by its name. Importing a family registers its faults."""

import importlib
from dataclasses import dataclass
from typing import Any

# In the order of the table.
FAMILIES = ["kills", "long_recording", "model_ops", "limits", "disk", "reading", "inputs_change", "journals",
            "orderly_ends", "clock", "garbage", "crowd"]  # fmt: skip


@dataclass
class Row:
    name: str  # of the test, too
    fault: str  # what the table says
    inject: Any


_rows = {}


def fault(name, text):
    """Registers a function that is given a Bench."""

    def register(function):
        _rows[name] = Row(name, text, function)
        return function

    return register


def all_rows():
    for family in FAMILIES:
        importlib.import_module(family)
    return _rows
