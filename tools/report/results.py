"""results.json of `rookery bench`, as figures and tables ask for it. docs/bench-results.schema.json describes it."""

import os.path
from dataclasses import dataclass, field
from functools import cached_property

from .documents import UnreadableResults, read_document

MEASURED = ("measured", "wide")


@dataclass(frozen=True)
class Metric:
    name: str
    title: str
    unit: str
    better: str  # "higher", "lower" or "": neither


@dataclass(frozen=True)
class Estimate:
    """A median over runs with its 95% bootstrap interval."""

    median: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True)
class Cell:
    id: str
    settings: dict
    state: str
    why: str = ""
    oversubscribed: bool = False
    metrics: dict = field(default_factory=dict)
    cold: dict = field(default_factory=dict)
    memory: list = field(default_factory=list)

    @property
    def measured(self):
        return self.state in MEASURED

    def estimate(self, metric):
        """None where this cell does not have the metric."""
        told = self.metrics.get(metric)
        return Estimate(told["median"], told["low"], told["high"], told["runs"]) if told else None

    def remarks(self):
        """Words that stand beside every number of this cell."""
        words = ["oversubscribed"] if self.oversubscribed else []
        return words if self.state == "measured" else [*words, STATE_WORDS[self.state]]


UNSET = "unset"
VAGUE = {"true", "false", "on", "off", "yes", "no", "auto", "none", "default", UNSET}
STATE_WORDS = {
    "wide": "wide spread",
    "over_budget": "over budget",
    "failed": "failed",
    "not_reached": "not reached",
}


def as_number(text):
    try:
        return float(text)
    except ValueError:
        return None


class Results:
    def __init__(self, document):
        self.document = document
        self.cells = [cell_of(row) for row in document["cells"]]

    def __getitem__(self, key):
        return self.document[key]

    @cached_property
    def varying_keys(self):
        return [key for key in self.document["keys"] if len(self.values(key)) > 1]

    @cached_property
    def baseline(self):
        """The cell that others are compared with; the first if the named one is not among them."""
        named = [cell for cell in self.cells if cell.id == self.document["baseline"]]
        return (named or self.cells)[0]

    @cached_property
    def answer_cell(self):
        """The cell that the answer names first; None where none was measured, and of earlier results."""
        return next((cell for cell in self.cells if cell.id == self.document.get("answer_cell")), None)

    def values(self, key):
        """Values of a key: numbers in rising order, words as they appear."""
        seen = list(dict.fromkeys(cell.settings[key] for cell in self.cells if key in cell.settings))
        return sorted(seen, key=float) if self.is_numeric(key) else seen

    def is_numeric(self, key):
        return all(as_number(cell.settings[key]) is not None for cell in self.cells if key in cell.settings)

    def metric(self, name):
        told = self.document["metrics"].get(name, {})
        return Metric(name, told.get("title", name.replace("_", " ")), told.get("unit", ""),
                      told.get("better", ""))

    def has(self, metric):
        return any(metric in cell.metrics for cell in self.cells)

    def where(self, settings, cells=None):
        """Cells that have all these settings."""
        return [cell for cell in (self.cells if cells is None else cells)
                if all(cell.settings.get(key) == value for key, value in settings.items())]

    def name_of(self, cell, without=()):
        """What tells a cell from the others: its settings of the keys that vary."""
        told = {key: cell.settings[key] for key in self.varying_keys
                if key not in without and cell.settings.get(key, UNSET) != UNSET}
        return self.words(told) or cell.id or "the only cell"

    def words(self, settings):
        """Settings in short: a value that no other key could have stands without its key."""
        return ", ".join(self.words_for(key, value) for key, value in settings.items() if key)

    def words_for(self, key, value):
        shown = self.shown(key, value)
        return shown if self.speaks_for_itself(key, value) else f"{key.removeprefix('environment.')} {shown}"

    def shown(self, key, value):
        """A value as figures and tables have it: of paths, what lies below the folder that all share."""
        values = self.values(key)
        if value not in values or len(values) < 2 or not all("/" in one for one in values):
            return value
        shared = os.path.commonpath(values)
        return value[len(shared):].lstrip("/") if shared else value

    def speaks_for_itself(self, key, value):
        if value in VAGUE or not value[:1].isalpha():
            return False
        return not any(value in self.values(other) for other in self.varying_keys if other != key)


def cell_of(row):
    return Cell(row["id"], row["settings"], row["state"], row.get("why", ""), row.get("oversubscribed", False),
                row.get("metrics", {}), row.get("cold") or {}, row.get("memory") or [])


def read_results(file):
    """Raises UnreadableResults for what is no results file."""
    document = read_document(file, "bench-results.schema.json")
    if not document["cells"]:
        raise UnreadableResults(f"{file}: it has no cells")
    return Results(document)
