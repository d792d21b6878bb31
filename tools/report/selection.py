"""Which cells a figure shows: those of its `where`, one set of the keys that it does not tell apart."""

from collections import Counter
from dataclasses import dataclass

from .results import UNSET


@dataclass(frozen=True)
class FigureSpec:
    """One entry of `figures` in a bench config."""

    kind: str
    x: str = ""
    y: str = ""
    series: str = ""
    where: tuple = ()  # (key, value) pairs
    published: tuple = ()  # which of the published claims stand beside it, from 1
    title: str = ""


@dataclass(frozen=True)
class Selection:
    cells: list
    held: dict  # settings that all of them share, of the keys that vary elsewhere


def spec_of(entry):
    numbers = entry.get("published", [])
    return FigureSpec(entry["kind"], entry.get("x", ""), entry.get("y", ""), entry.get("series", ""),
                      tuple((key, setting_text(value)) for key, value in entry.get("where", {}).items()),
                      tuple(numbers) if isinstance(numbers, list) else (numbers,), entry.get("title", ""))


def setting_text(value):
    """A value as `settings` has it: YAML's true, 1 and null are the texts "true", "1" and "unset"."""
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def select(results, spec, apart=()):
    """Cells that differ in `apart` alone. Of the other keys' combinations the baseline's, or, where that has no
    more than one measured cell, the one with the most measured cells."""
    where = dict(spec.where)
    others = [key for key in results.varying_keys if key not in apart and key not in where]
    cells = results.where(where)

    def combination(cell):
        return tuple(cell.settings.get(key) for key in others)

    measured = Counter(combination(cell) for cell in cells if cell.measured)
    chosen = combination(results.baseline)
    if measured[chosen] < 2 and measured:
        chosen = max(measured, key=measured.get)
    held = where | {key: value for key, value in zip(others, chosen) if value is not None}
    return Selection([cell for cell in cells if combination(cell) == chosen],
                     {key: value for key, value in held.items()
                      if key in results.varying_keys and value != UNSET})


def groups(results, cells, key):
    """[(value, its cells)] in the order of the key's values; one nameless group without a key."""
    if not key:
        return [("", cells)]
    found = [(value, [cell for cell in cells if cell.settings.get(key) == value]) for value in results.values(key)]
    return [(value, some) for value, some in found if some]
