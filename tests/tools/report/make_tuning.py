"""tune.json of searches in made-up tables: throughput with a sweep to compare with, a front, and a limit that no cell
keeps. Cells with more than two threads are oversubscribed."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tune"), str(HERE.parent), str(HERE.parents[2] / "tools")]

from made_up import MB, answers, identity, start, table  # noqa: E402, from the folders named above
from promises import run  # noqa: E402, likewise
from tune.findings import findings  # noqa: E402, likewise

GOALS = [{"metric": "x_real_time", "unit": "", "better": "higher", "title": "times real time, without start-up"},
         {"metric": "peak_pss_bytes", "unit": "B", "better": "lower",
          "title": "peak memory of the tree, shared pages once (PSS)"}]


LIMITS = {"throughput_in_memory": {"memory_ceiling": 1 * MB}}
OBJECTIVES = ("throughput", "pareto", *LIMITS)


def tuning(objective):
    speeds = table(1)
    limits = LIMITS.get(objective, {})
    beginning = start(objective=objective, **limits)
    found = findings(run(beginning, answers(speeds))[0])
    for row in [found["best"], *found["pareto"], *found["history"]]:
        row["oversubscribed"] = int(row["cell"]["workers"]) * int(row["cell"]["intra_op"]) > 2
    best = max(speeds, key=speeds.get)
    sweep = {"best_cell": dict(best), "best_value": speeds[best], "cells": len(speeds), "share_of_best": 0.99,
             "found_value": speeds[identity(found["best"]["cell"])]}
    return found | limits | {
        "schema": "rookery-tune-1", "host": {"processor": "Made-up Processor 9000"}, "versions": {"rookery": "0.6"},
        "created_seconds": 1795284000, "spent_seconds": 61.5, "title": "A small space, searched",
        "question": "Does a search find what measuring every cell finds?", "objective": objective,
        "goals": GOALS if objective == "pareto" else GOALS[:1], "seed": 0, "trials": beginning["trials"], "rounds": 2,
        "exhaustive": sweep if objective == "throughput" else None, "replayed": objective == "throughput",
        "answer": ["On this host, for this model: the best found in 21 of 128 cells."]}


def write_tunings(folder):
    for objective in OBJECTIVES:
        (folder / f"tune-{objective}").mkdir(parents=True, exist_ok=True)
        (folder / f"tune-{objective}" / "tune.json").write_text(json.dumps(tuning(objective)), encoding="utf-8")


if __name__ == "__main__":
    write_tunings(Path(sys.argv[1]))
