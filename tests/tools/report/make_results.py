"""Makes up the results that the tests of reports draw: no measurement, numbers of plausible size.

    make_results.py FOLDER

Writes FOLDER/scaling/results.json (several keys, with every state a cell can be in, memory over time, a cold
cache) and FOLDER/grid/results.json (batch × sequence, with cells over budget). The same bytes each time.
"""

import json
import math
import random
import sys
from itertools import product
from pathlib import Path

MB = 1e6
METRICS = {
    "wall_seconds": ("s", "lower", "wall time without start-up"),
    "x_real_time": ("", "higher", "times real time, without start-up"),
    "segments_per_second": ("1/s", "higher", "segments per second"),
    "speed_up": ("", "higher", "times the baseline's speed, round by round"),
    "efficiency": ("", "higher", "parallel efficiency"),
    "memory_ratio": ("", "lower", "peak memory (PSS) over the baseline's"),
    "peak_pss_bytes": ("B", "lower", "peak memory of the tree, shared pages once (PSS)"),
    "cpu_utilisation": ("", "", "CPU time of the tree over wall time and cores, without start-up"),
    "minor_faults": ("", "lower", "minor page faults"),
}
METRICS |= {f"{what}_latency_{name}_seconds": ("s", "lower", f"{what} latency, {name}")
            for what in ("batch", "segment") for name in ("p50", "p90", "p99")}
STAGES = {"probe": 0.004, "decode": 0.09, "resample": 0.05, "front_end": 0.14, "forward": 0.7, "reduce": 0.016}
METRICS |= {f"cpu_{stage}_seconds": ("s", "lower", f"CPU time of {stage.replace('_', ' ')}")
            for stage in [*STAGES, "supervisor"]}


def document(title, question, keys, cells, **more):
    return {
        "schema": "rookery-bench-1",
        "host": {"processor": "Made-up Processor 9000 with a rather long name", "logical_cores": "2",
                 "memory_gib": "23.5", "kernel": "Linux 6.18", "governor": "performance"},
        "versions": {"rookery": "0.6", "libtorch": "2.13.0"},
        "created_seconds": 1795284000, "title": title, "question": question, "published": [], "figures": [],
        "keys": keys, "baseline": cells[0]["id"], "time_budget_seconds": 1200, "spent_seconds": 1013.4,
        "finished": True,
        "metrics": {name: dict(zip(("unit", "better", "title"), told)) for name, told in METRICS.items()
                    if any(name in cell["metrics"] for cell in cells)},
        "cells": cells, "output_groups": [], **more}


def cell(settings, state="measured", why="", oversubscribed=False):
    name = " ".join(f"{key}={value}" for key, value in settings.items())
    return {"id": name, "settings": settings, "oversubscribed": oversubscribed, "state": state, "why": why,
            "metrics": {}, "memory": []}


def around(dice, median, spread=0.02):
    low, high = sorted(median * (1 + dice.uniform(-spread, spread)) for _ in range(2))
    numbers = {"median": median, "low": min(low, median), "high": max(high, median)}
    return {name: float(f"{number:.6g}") for name, number in numbers.items()} | {"runs": 5}


def measure(dice, one, speed, peak, spread=0.02):
    """Fills in a cell's metrics from how many times real time it runs and its peak memory."""
    workers = int(one["settings"].get("workers", "1"))
    wall, cpu, latency = 3600 / speed, 3600 / speed * min(workers, 2) * 0.97, 0.08 * 60 / speed * workers
    medians = {"wall_seconds": wall, "x_real_time": speed, "segments_per_second": speed / 5, "peak_pss_bytes": peak,
               "speed_up": speed / 60, "efficiency": speed / 60 / workers, "memory_ratio": peak / (420 * MB),
               "cpu_utilisation": cpu / wall / 2, "minor_faults": round(140e3 * peak / MB / 420),
               "cpu_supervisor_seconds": 0.4}
    for quantile, times in (("p50", 1), ("p90", 1.4), ("p99", 2.6)):
        medians |= {f"batch_latency_{quantile}_seconds": latency * times,
                    f"segment_latency_{quantile}_seconds": latency * times * 4}
    medians |= {f"cpu_{stage}_seconds": cpu * share for stage, share in STAGES.items()}
    one["metrics"] = {name: around(dice, median, spread) for name, median in medians.items()}
    one["cold"] = {"wall_seconds": round(wall * 1.1, 3)}
    one["memory"] = [memory_row(number, wall, peak) for number in range(41)]


def memory_row(number, wall, peak):
    share = min(1, number / 6) * (1 - 0.06 * (1 + math.sin(number)) / 2)
    return [round(number * wall / 40, 2), round(peak * 1.3 * share), round(peak * 0.7 * share),
            round(peak * share) if number % 4 == 0 else None, round(peak * 0.2 * share)]


def scaling():
    dice = random.Random(1)
    cells = []
    for workers, engine, allocator in product("124", ("processes", "threads"),
                                              ("jemalloc", "jemalloc-default", "glibc-retain")):
        one = cell({"workers": workers, "engine": engine, "allocator": allocator}, oversubscribed=workers == "4")
        speed = 60 * {"1": 1, "2": 1.9, "4": 1.8}[workers] * (0.93 if engine == "threads" and workers != "1" else 1)
        speed *= {"jemalloc": 1, "jemalloc-default": 0.71, "glibc-retain": 0.97}[allocator]
        peak = (300 + 120 * int(workers) * (0.8 if engine == "threads" else 1)) * MB
        peak *= {"jemalloc": 1, "jemalloc-default": 0.8, "glibc-retain": 1.2}[allocator]
        measure(dice, one, speed, peak, 0.02 if engine == "threads" else 0.3)
        cells.append(one)
    for one in cells[:6]:
        one["state"] = "wide"
    cells[7] |= {"state": "failed", "why": "the fork server died with signal 9", "metrics": {}, "memory": []}
    cells[-1] |= {"state": "not_reached", "metrics": {}, "memory": []}
    cells[-2] |= {"state": "over_budget", "why": "a run took longer than 60 s", "metrics": {}, "memory": []}
    return document(
        "Threads or processes", "Which gives more on this host, and what does it cost in memory?",
        ["workers", "engine", "allocator"], cells,
        published=[{"source": "a talk, 2023", "claim": "threads of one process scale worse than processes from 4 on"}],
        output_groups=output_groups([one["id"] for one in cells if one["metrics"]]),
        answer_cell="workers=2 engine=processes allocator=jemalloc",
        answer=["On this host, for this model: 2 workers as processes, jemalloc: 1.9 times the baseline at 1.29 times "
                "its memory.", "Cells with 4 workers are oversubscribed: this host has 2 cores."])


def output_groups(ids):
    """Two, of vectors; in the second, runs of one cell differ."""
    apart = {"largest_score_difference": None, "rows": None, "rows_alone": None, "vectors": 50, "vectors_alone": 0}
    near = apart | {"largest_vector_difference": 2.4e-7, "smallest_cosine": 0.999999}
    far = apart | {"largest_vector_difference": 0.021, "smallest_cosine": 0.98712}
    nothing = dict.fromkeys([*apart, "largest_vector_difference", "smallest_cosine"])
    return [{"result_keys": {"batch.size": "8"}, "cells": ids[:-3], "bytes_equal": True, "compared_with": ids[0],
             **nothing, "odd_cells": [], "within": None},
            {"result_keys": {"batch.size": "16"}, "cells": ids[-3:], "bytes_equal": False, "compared_with": ids[0],
             **far, "odd_cells": ids[-1:], "within": near}]


def grid():
    dice = random.Random(2)
    cells = []
    batches, lengths = ("1", "4", "8", "16", "32", "128"), ("8", "16", "32", "64", "128", "256", "384", "512")
    for batch, length in product(batches, lengths):
        one = cell({"batch.size": batch, "inputs.sequence": length})
        wall = (0.004 + int(length) / 9800) * (0.6 + int(batch) ** 0.95)
        if wall > 4:
            one |= {"state": "over_budget", "why": "a run took longer than 60 s"}
        else:
            one["metrics"] = {"wall_seconds": around(dice, wall),
                              "segments_per_second": around(dice, int(batch) / wall)}
        cells.append(one)
    return document(
        "Encoder: batch × sequence", "How long does a forward take?", ["batch.size", "inputs.sequence"], cells,
        figures=[{"kind": "heatmap", "x": "inputs.sequence", "y": "wall_seconds", "series": "batch.size",
                  "published": 1},
                 {"kind": "lines", "x": "inputs.sequence", "y": "segments_per_second", "series": "batch.size"}],
        published=[{"source": "a blog, 2022", "claim": "batches pay below 64 tokens"}],
        answer=["On this host the shortest forward takes 8 ms."])


def write_results(folder):
    for name, made in (("scaling", scaling()), ("grid", grid())):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "results.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_results(Path(sys.argv[1]))
