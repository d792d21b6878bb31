"""An output folder beside the good day's: recordings lost, rows lost or doubled, bytes that differ."""

import contextlib
import json
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from private_host import WORK

WINDOW_SECONDS = 0.5  # of the model whose recordings may be harmed
STATES = ["pending", "done", "gaps", "failed"]  # RecordingState of supervisor/journal/journal.h


@dataclass
class Damage:
    recordings_lost: int = 0
    rows_lost: int = 0  # or doubled
    bytes_differing: int = 0
    notes: list = field(default_factory=list)


@dataclass
class Allowed:
    """What the fault may do to the recordings that it met; to others nothing.

    `gaps`: recordings and the one gap that each must have. `harmed`: recordings that may end as failed, with a
    reason, or with a gap where the rest of the file cannot be read; their last window may have moved before
    it. `otherwise`: another good output folder, whose rows are as good for the harmed ones."""

    gaps: dict = field(default_factory=dict)
    harmed: set = field(default_factory=set)
    otherwise: Path | None = None


def journal_states(out):
    """Recording → state. Read from a copy: looking is not to change the journal."""
    copy = WORK / "journal-copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in Path(out).glob("journal.sqlite*"):
        with contextlib.suppress(FileNotFoundError):  # SQLite's own come and go
            shutil.copyfile(file, copy / file.name)
    database = sqlite3.connect(copy / "journal.sqlite")
    try:
        rows = database.execute("SELECT key, state FROM recordings").fetchall()
    except sqlite3.Error:
        rows = []
    finally:
        database.close()
        shutil.rmtree(copy)
    return {bytes(key).decode(): STATES[state] for key, state in rows}


class Output:
    """Exports of one output folder: rows by recording, and files by name."""

    def __init__(self, out):
        out = Path(out)
        self.states = journal_states(out)
        self.rows = _by_recording(out / "detections.jsonl", lambda line: json.loads(line)["recording"])
        self.table = _by_recording(out / "detections.csv", lambda line: line.split(",")[0])
        self.header = self.table.pop("recording", [])
        self.tracks = {str(file.relative_to(out))[:-4]: file.read_text() for file in out.rglob("*.txt")}
        errors = out / "errors.jsonl"
        self.errors = [json.loads(line) for line in errors.read_text().splitlines()] if errors.exists() else []

    def gaps(self, key):
        return [row for row in self.errors if row["recording"] == key and row["status"] == "gap"]

    def reason(self, key):
        return "; ".join(row["reason"] for row in self.errors if row["recording"] == key)


def _by_recording(path, key_of):
    rows = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        rows.setdefault(key_of(line), []).append(line)
    return rows


def compare(good_folder, out, allowed=None):
    """The damage in `out`."""
    allowed = allowed or Allowed()
    good, got, damage = Output(good_folder), Output(out), Damage()
    other = Output(allowed.otherwise) if allowed.otherwise else None
    keys = list(good.states)
    for key in set(got.states) - set(keys):
        damage.notes.append(f"{key}: not in the good day's output")
    if got.header != good.header:
        damage.bytes_differing += 1
    order = [key for key in got.rows if key in good.rows]
    if order != sorted(order, key=list(good.rows).index):
        damage.bytes_differing += 1
        damage.notes.append("recordings out of order")
    for key in keys:
        _compare_one(key, good, other if key in allowed.harmed else None, got, allowed, damage)
    return damage


def _compare_one(key, good, other, got, allowed, damage):
    state = got.states.get(key, "absent")
    if state not in ("done", "gaps", "failed") or (state == "failed" and key not in allowed.harmed):
        damage.recordings_lost += 1
        damage.notes.append(f"{key}: {state} {got.reason(key)}")
        return
    if state == "failed":
        damage.rows_lost += len(got.rows.get(key, []))
        if not got.reason(key):
            damage.recordings_lost += 1
            damage.notes.append(f"{key}: failed without a reason")
        return
    gap = _told_gap(key, got, allowed, damage)
    if other is not None and got.rows.get(key) == other.rows.get(key):
        good = other
    _count_rows(key, good, got, gap, damage, key in allowed.harmed)


def _told_gap(key, got, allowed, damage):
    """The gap to leave out of the good day's rows: what is told, if it is the one that is allowed."""
    told = [{name: row.get(name) for name in ["start", "end", "signal", "stage"]} for row in got.gaps(key)]
    wanted = [allowed.gaps[key]] if key in allowed.gaps else []
    if key in allowed.harmed and len(told) == 1:
        return {**told[0], "start": told[0]["start"] - WINDOW_SECONDS}
    if told == wanted:
        return wanted[0] if wanted else None
    damage.rows_lost += 1
    damage.notes.append(f"{key}: gaps {told} in place of {wanted}; {got.reason(key)}")
    return None


def _count_rows(key, good, got, gap, damage, harmed):
    wanted = _outside(gap, key, good)
    found = _outside(gap if harmed else None, key, got)
    wrong = sum((Counter(wanted[0]) - Counter(found[0])).values())
    wrong += sum((Counter(found[0]) - Counter(wanted[0])).values())
    differing = sum(_difference("\n".join(one), "\n".join(other)) for one, other in zip(wanted, found))
    damage.rows_lost += wrong
    damage.bytes_differing += differing
    if wrong or differing:
        damage.notes.append(f"{key}: {wrong} rows, {differing} bytes; {got.states[key]} {got.reason(key)}")


def _outside(gap, key, output):
    """Rows of one recording outside the gap, as each of the exports has them."""
    rows = output.rows.get(key, [])
    keep = [not _is_in(line, gap) for line in rows]
    forms = [rows, output.table.get(key, []), output.tracks.get(key, "no such file").splitlines()]
    return [[line for line, kept in zip(form, keep) if kept] if gap else form for form in forms]


def _is_in(line, gap):
    row = json.loads(line)
    return gap is not None and row["start"] < gap["end"] and row["end"] > gap["start"]


def _difference(one, other):
    """Bytes that are not the same."""
    return sum(a != b for a, b in zip(one, other)) + abs(len(one) - len(other))
