"""The rows of the table: every fault by its name. Importing a family registers its faults."""

from dataclasses import dataclass
from typing import Any


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
    import clock  # noqa: F401
    import crowd  # noqa: F401
    import disk  # noqa: F401
    import garbage  # noqa: F401
    import inputs_change  # noqa: F401
    import journals  # noqa: F401
    import kills  # noqa: F401
    import limits  # noqa: F401
    import model_ops  # noqa: F401
    import orderly_ends  # noqa: F401
    import reading  # noqa: F401

    return _rows
