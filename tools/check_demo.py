"""Compares the detections of a demo run with what was placed in its recordings; exit 1 if they differ.

dtmf    every row of the truth is found with its label, start and end (to the microsecond), and nothing else.
speech  every clip placed overlaps a detection, and no detection lies in a pause. Rows may reach up to
        --tolerance seconds beyond the clip they found: the model is sure of speech a few frames late.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import PurePath

SHOWN = 5  # differences printed of each kind


def read_rows(path):
    """{recording's file name: rows}: the truth names files, a run names them with their folder."""
    rows = defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows[PurePath(row["recording"]).name].append(row)
    return rows


def microseconds(seconds):
    return round(seconds * 1_000_000)


def tell(kind, rows):
    for row in rows[:SHOWN]:
        print(f"  {kind}: {row}")
    if len(rows) > SHOWN:
        print(f"  {kind}: {len(rows) - SHOWN:,} more")


def check_dtmf(truth, detections):
    def keys(rows_by_recording):
        return [
            (name, microseconds(row["start"]), microseconds(row["end"]), row["label"])
            for name, rows in rows_by_recording.items()
            for row in rows
        ]

    placed, found = keys(truth), keys(detections)
    missed = sorted(set(placed) - set(found))
    invented = sorted(set(found) - set(placed))
    doubled = len(found) - len(set(found))
    hits = len(set(placed) & set(found))
    print(
        f"{len(placed):,} digits placed, {hits:,} found, {len(missed):,} missed, "
        f"{len(invented):,} invented, {doubled:,} doubled"
    )
    tell("missed", missed)
    tell("invented", invented)
    return bool(placed) and not missed and not invented and not doubled


def overlaps(a, b):
    return a["start"] < b["end"] and b["start"] < a["end"]


def within(detection, clips, tolerance):
    """Whether the detection stays on clips and the `tolerance` around them."""
    position = detection["start"]
    for clip in clips:
        if position >= clip["start"] - tolerance and position < clip["end"] + tolerance:
            position = clip["end"] + tolerance
    return position >= detection["end"]


def check_speech(truth, detections, tolerance):
    missed, stray = [], []
    for name, clips in truth.items():
        missed += [clip for clip in clips if not any(overlaps(clip, row) for row in detections[name])]
        stray += [row for row in detections[name] if not within(row, clips, tolerance)]
    stray += [row for name in detections.keys() - truth.keys() for row in detections[name]]
    clips = sum(map(len, truth.values()))
    rows = sum(map(len, detections.values()))
    print(
        f"{clips:,} clips placed, {clips - len(missed):,} found, {len(missed):,} missed; "
        f"{rows:,} detections, {len(stray):,} in pauses (tolerance {tolerance} s)"
    )
    tell("missed", missed)
    tell("in a pause", stray)
    return bool(clips) and not missed and not stray


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["dtmf", "speech"])
    parser.add_argument("--detections", required=True, help="a run's detections.jsonl")
    parser.add_argument("--truth", required=True, help="the truth.jsonl written with the recordings")
    parser.add_argument("--tolerance", type=float, default=0.1, help="speech: seconds")
    arguments = parser.parse_args()
    truth, detections = read_rows(arguments.truth), read_rows(arguments.detections)
    if arguments.kind == "dtmf":
        same = check_dtmf(truth, detections)
    else:
        same = check_speech(truth, detections, arguments.tolerance)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
