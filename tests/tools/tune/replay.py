"""`rookery tune --replay` on configs/bench/tune-space.yaml must find with at most a sixth of a table's cells, from each
of 5 seeds: in the measured table a cell within 5% of the best, one nearly as fast as the best under a ceiling of
memory, and a front that does nearly what the table's does; in one that is made up from 4 of them a cell within 5%.

    replay.py ROOKERY            what is promised
    replay.py ROOKERY SEEDS      tells only what searches find in the measured table from so many seeds

The tables: one that is made up, and docs/results/tune-space/results.json, measured by `rookery bench`.
"""

import json
import math
import random
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import yaml

SOURCES = Path(__file__).resolve().parents[3]
CONFIG = SOURCES / "configs/bench/tune-space.yaml"
MEASURED = SOURCES / "docs/results/tune-space/results.json"
SEEDS = 5
WITHIN = 0.95  # of the best speed
# The best of all takes 524 MB. Under this ceiling are 40 of the 144 cells, none of the 14 fastest. No cell whose runs
# lay on either side of it has as much as is asked for below.
CEILING = 254_000_000
UNDER_CEILING = 0.90  # of the best speed there
FRONT_SPEED = 0.90  # of the table's fastest: the front's
FRONT_BOUGHT = 0.85  # of what the table's whole front buys: see bought()
# Logarithms, at most; of the made-up table.
EFFECTS = {"workers": 0.5, "intra_op": 0.15, "engine": 0.08, "weights": 0.05, "batch.size": 0.25, "allocator": 0.3}


def cells_of(config):
    keys = config["matrix"]
    for values in product(*keys.values()):
        cell = dict(zip(keys, values))
        if not any(all(cell[key] == value for key, value in pattern.items()) for pattern in config["exclude"]):
            yield {key: str(value) for key, value in cell.items()}


def made_up_table(config):
    """Speeds that differ by as much as such keys make them differ on two cores."""
    dice = random.Random(6)
    effects = {(key, str(value)): dice.uniform(-EFFECTS[key], EFFECTS[key])
               for key, values in config["matrix"].items() for value in values}
    rows = []
    for cell in cells_of(config):
        speed = 100 * math.exp(sum(effects[pair] for pair in cell.items()) + dice.gauss(0, 0.01))
        ends = {"median": speed, "low": 0.98 * speed, "high": 1.02 * speed, "runs": 3}
        rows.append({"id": " ".join(f"{key}={value}" for key, value in cell.items()), "settings": cell,
                     "oversubscribed": False, "state": "measured", "why": "",
                     "metrics": {"x_real_time": ends, "wall_seconds": ends, "peak_pss_bytes": ends}, "memory": []})
    return {"schema": "rookery-bench-1", "host": {}, "versions": {}, "cells": rows}


def tuned(rookery, config, table, seed, folder):
    """tune.json of a search."""
    config["tune"]["seed"] = seed
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    end = subprocess.run([rookery, "tune", folder / "config.yaml", "--out", folder / "out", "--replay", table],
                         capture_output=True, text=True)
    assert end.returncode == 0, end
    assert (folder / "out/report.html").exists(), end.stderr
    return json.loads((folder / "out/tune.json").read_text(encoding="utf-8"))


def looking_for(config, objective, **limits):
    return {**config, "tune": {**config["tune"], "objective": objective, **limits}}


def medians(table, metric):
    """By cell, of those that were measured."""
    rows = json.loads(Path(table).read_text(encoding="utf-8"))["cells"]
    return {identity(row["settings"]): row["metrics"][metric]["median"] for row in rows if row["metrics"]}


def identity(cell):
    return tuple(sorted(cell.items()))


def searches(rookery, config, table, seeds):
    """tune.json of each seed's search. What is to hold whatever is looked for is tried here."""
    rows = json.loads(Path(table).read_text(encoding="utf-8"))["cells"]
    oversubscribed = {identity(row["settings"]): row["oversubscribed"] for row in rows}
    assert len(rows) >= 120, len(rows)
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            told = tuned(rookery, config, table, seed, Path(name))
            run = yaml.safe_load(Path(name, "out/run.yaml").read_text(encoding="utf-8"))
        asked = [identity(row["cell"]) for row in told["history"]]
        assert len(set(asked)) == len(asked) <= len(rows) / 6
        assert {key: str(run[key]) for key in config["matrix"]} == told["best"]["cell"]
        assert all(row["oversubscribed"] == oversubscribed[identity(row["cell"])] for row in told["history"])
        yield told


def shares_of_best(rookery, config, table, seeds=SEEDS):
    """What the cell found has, for each seed, of the speed of the best one that keeps the ceiling, if there is one."""
    speeds, peaks = medians(table, "x_real_time"), medians(table, "peak_pss_bytes")
    ceiling = config["tune"].get("memory_ceiling", math.inf)
    possible = max(speed for cell, speed in speeds.items() if peaks[cell] <= ceiling)
    assert ceiling == math.inf or possible < max(speeds.values()), "the ceiling is no limit"
    for seed, told in enumerate(searches(rookery, config, table, seeds), start=1):
        best = identity(told["best"]["cell"])
        share = speeds[best] / possible
        limit = f" with at most {ceiling / 1e6:.0f} MB" if ceiling < math.inf else ""
        print(f"seed {seed}: {share:.1%} of the best of {table}{limit}, with {len(told['history'])} of {len(speeds)} "
              "cells")
        assert told["best"]["feasible"] and peaks[best] <= ceiling, told["best"]
        assert abs(told["exhaustive"]["share_of_best"] - share) < 1e-9
        yield share


def beats(one, other):
    """Of (speed, memory): as good in both, and better in one."""
    return one[0] >= other[0] and one[1] <= other[1] and one != other


def bought(points, most):
    """The best speed to be had for an amount of memory, as a mean over all amounts up to `most`."""
    area = fastest = 0
    kept = sorted((peak, speed) for speed, peak in points if peak <= most)
    for (peak, speed), (next_peak, _) in zip(kept, [*kept[1:], (most, 0)]):
        fastest = max(fastest, speed)
        area += fastest * (next_peak - peak)
    return area / most


def shares_of_front(rookery, config, table, seeds=SEEDS):
    """For each seed the speed of the front's fastest and what the front buys, as shares of all cells'."""
    speeds, peaks = medians(table, "x_real_time"), medians(table, "peak_pss_bytes")
    fastest = max(speeds, key=speeds.get)
    every = bought([(speeds[cell], peaks[cell]) for cell in speeds], peaks[fastest])
    for seed, told in enumerate(searches(rookery, looking_for(config, "pareto"), table, seeds), start=1):
        front = [tuple(one["values"]) for one in told["pareto"]]
        measured = [tuple(row["values"]) for row in told["history"] if row["values"]]
        assert not any(beats(one, other) for one in measured for other in front), front
        assert all(any(beats(one, other) or one == other for one in front) for other in measured), front
        assert told["best"]["cell"] == told["pareto"][0]["cell"], told["best"]
        cells = [identity(one["cell"]) for one in told["pareto"]]
        share = speeds[cells[0]] / speeds[fastest]
        buys = bought([(speeds[cell], peaks[cell]) for cell in cells], peaks[fastest]) / every
        print(f"seed {seed}: a front of {len(front)}, its fastest has {share:.1%} of the best, it buys {buys:.1%}")
        yield share, buys


def tell(rookery, config, seeds):
    for some in (config, looking_for(config, "throughput_in_memory", memory_ceiling=CEILING)):
        shares = list(shares_of_best(rookery, some, MEASURED, seeds))
        print(f"{sum(share >= WITHIN for share in shares)} of {len(shares)} within 5%; the worst {min(shares):.1%}")
    for words, shares in zip(("fastest of the fronts", "bought"),
                             zip(*shares_of_front(rookery, config, MEASURED, seeds))):
        print(f"{words}: the worst {min(shares):.1%}")


def main():
    rookery, config = sys.argv[1], yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    if sys.argv[2:]:
        tell(rookery, config, int(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        made_up = Path(name, "results.json")
        made_up.write_text(json.dumps(made_up_table(config)), encoding="utf-8")
        shares = sorted(shares_of_best(rookery, config, made_up))
    assert shares[0] >= 0.9 and shares[1] >= WITHIN, shares
    assert min(shares_of_best(rookery, config, MEASURED)) >= WITHIN
    under = looking_for(config, "throughput_in_memory", memory_ceiling=CEILING)
    assert min(shares_of_best(rookery, under, MEASURED)) >= UNDER_CEILING
    for share, buys in shares_of_front(rookery, config, MEASURED):
        assert share >= FRONT_SPEED and buys >= FRONT_BOUGHT


if __name__ == "__main__":
    main()
