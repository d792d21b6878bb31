"""An output folder beside the good day's: recordings lost, rows lost or doubled, bytes that differ."""

import json
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from private_host import WORK

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
    reason. `otherwise`: another good output folder, whose rows are as good for the harmed ones."""

    gaps: dict = field(default_factory=dict)
    harmed: set = field(default_factory=set)
    otherwise: Path | None = None


def journal_states(out):
    """Recording → state. Read from a copy: looking is not to change the journal."""
    copy = WORK / "journal-copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in Path(out).glob("journal.sqlite*"):
        shutil.copy(file, copy)
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
        self.tracks = {str(file.relative_to(out))[:-4]: file.read_bytes() for file in out.rglob("*.txt")}
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
    _count_rows(key, good, got, gap, damage)


def _told_gap(key, got, allowed, damage):
    """The gap to leave out of the good day's rows: what is told, if it is the one that is allowed."""
    told = [{name: row.get(name) for name in ["start", "end", "signal", "stage"]} for row in got.gaps(key)]
    wanted = [allowed.gaps[key]] if key in allowed.gaps else []
    if key in allowed.harmed and len(told) == 1:
        wanted = told
    if [{name: row[name] for name in gap} for row, gap in zip(told, wanted)] == wanted and len(told) == len(wanted):
        return wanted[0] if wanted else None
    damage.rows_lost += 1
    damage.notes.append(f"{key}: gaps {told} in place of {wanted}; {got.reason(key)}")
    return None


def _count_rows(key, good, got, gap, damage):
    keep = [not _is_in(line, gap) for line in good.rows.get(key, [])]
    wanted = _chosen(good.rows.get(key, []), keep)
    rows = got.rows.get(key, [])
    wrong = sum((Counter(wanted) - Counter(rows)).values()) + sum((Counter(rows) - Counter(wanted)).values())
    damage.rows_lost += wrong
    differing = _difference("\n".join(wanted), "\n".join(rows))
    table = _chosen(good.table.get(key, []), keep)
    differing += _difference("\n".join(table), "\n".join(got.table.get(key, [])))
    tracks = [output.tracks.get(key, b"no such file") for output in (good, got)]
    if gap:
        tracks[0] = b"".join(_chosen(tracks[0].splitlines(keepends=True), keep))
    differing += _difference(*tracks)
    damage.bytes_differing += differing
    if wrong or differing:
        damage.notes.append(f"{key}: {wrong} rows, {differing} bytes")


def _is_in(line, gap):
    row = json.loads(line)
    return gap is not None and row["start"] < gap["end"] and row["end"] > gap["start"]


def _chosen(values, keep):
    return [value for value, kept in zip(values, keep) if kept]


def _difference(one, other):
    """Bytes that are not the same."""
    return sum(a != b for a, b in zip(one, other)) + abs(len(one) - len(other))
