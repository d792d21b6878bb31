"""`rookery tune --replay` on configs/bench/tune-space.yaml must find a cell within 5% of the best of a whole table,
with at most a sixth of its cells: from each of 5 seeds in the measured table, from 4 of them in one that is made up.

    replay.py ROOKERY            what is promised
    replay.py ROOKERY SEEDS      tells only what the search finds in the measured table from so many seeds

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


def shares_of_best(rookery, config, table, seeds=SEEDS):
    """What the cell found has of the best one's speed, for each seed."""
    speeds = {row["id"]: row["metrics"]["x_real_time"]["median"]
              for row in json.loads(Path(table).read_text(encoding="utf-8"))["cells"] if row["metrics"]}
    assert len(speeds) >= 120, len(speeds)
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as name:
            told = tuned(rookery, config, table, seed, Path(name))
            run = yaml.safe_load(Path(name, "out/run.yaml").read_text(encoding="utf-8"))
        asked = [" ".join(f"{key}={row['cell'][key]}" for key in config["matrix"]) for row in told["history"]]
        best = " ".join(f"{key}={told['best']['cell'][key]}" for key in config["matrix"])
        share = speeds[best] / max(speeds.values())
        print(f"seed {seed}: {share:.1%} of the best of {table} with {len(asked)} of {len(speeds)} cells")
        assert len(set(asked)) == len(asked) <= len(speeds) / 6
        assert abs(told["exhaustive"]["share_of_best"] - share) < 1e-9
        assert {key: str(run[key]) for key in config["matrix"]} == told["best"]["cell"]
        yield share


def main():
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    if sys.argv[2:]:
        shares = list(shares_of_best(sys.argv[1], config, MEASURED, int(sys.argv[2])))
        print(f"{sum(share >= 0.95 for share in shares)} of {len(shares)} within 5%; the worst {min(shares):.1%}")
        return
    with tempfile.TemporaryDirectory() as name:
        made_up = Path(name, "results.json")
        made_up.write_text(json.dumps(made_up_table(config)), encoding="utf-8")
        shares = sorted(shares_of_best(sys.argv[1], config, made_up))
    assert shares[0] >= 0.9 and shares[1] >= 0.95, shares
    assert min(shares_of_best(sys.argv[1], config, MEASURED)) >= 0.95


if __name__ == "__main__":
    main()
