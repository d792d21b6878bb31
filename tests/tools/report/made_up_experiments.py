"""Makes up results of the configs that ship, as `rookery bench` would write them for a host of two cores: no
measurement, numbers of plausible size. The same each time."""

import random
import sys
from itertools import product
from pathlib import Path

import yaml
from make_results import MB, STAGES, around, cell, document, memory_row

SOURCES = Path(__file__).resolve().parents[3]
CONFIGS = SOURCES / "configs/bench"
sys.path.insert(0, str(SOURCES / "tools"))

from report.selection import setting_text  # noqa: E402, from the folder named above

METRICS = {
    "start_up_seconds": ("s", "lower", "start-up"),
    "mean_anon_bytes": ("B", "lower", "mean anonymous memory of the tree (RssAnon)"),
}
PEAK = {"glibc": 1.5, "glibc-retain": 1.6, "tcmalloc": 1.2, "mimalloc": 1.1}
SPEED = {"processes": 1.0, "threads": 0.94, "private": 0.99, "spawn": 0.98, "glibc": 0.9}
CELL_BUDGET_SECONDS = 60


def settings_of(config):
    """Of every cell: combinations of the matrix, then one key of `vary` at a time around the baseline."""
    matrix, vary = config["matrix"], config.get("vary", {})
    first = {key: values[0] for key, values in (matrix | vary).items()} | config.get("baseline", {})
    grid = [first | dict(zip(matrix, values)) for values in product(*matrix.values())]
    grid += [first | {key: value} for key, values in vary.items() for value in values]
    kept = [one for one in grid if not any(agrees(one, pattern) for pattern in config.get("exclude", []))]
    return [dict(pairs) for pairs in dict.fromkeys(tuple((key, setting_text(value)) for key, value in one.items())
                                                   for one in kept)]


def agrees(settings, pattern):
    return all(settings[key] in (value if isinstance(value, list) else [value]) for key, value in pattern.items())


def speed_of(settings):
    """Times real time, of something like two cores."""
    threads = int(settings.get("workers", "1")) * int(settings.get("intra_op", "1"))
    speed = 120 * min(threads, 2) ** 0.9 / max(1, threads / 2) ** 0.2
    for value in settings.values():
        speed *= SPEED.get(value, 1.0)
    length = settings.get("model", "").rsplit("-", 1)[-1]
    tokens = int(length) if length.isdigit() else 64
    return speed * 64 / tokens * int(settings.get("batch.size", "4")) ** 0.1


def results_of(config, seed=1):
    """results.json of a config that was read; the last cell but one failed, one in seven spreads."""
    dice = random.Random(seed)
    cells = []
    for number, settings in enumerate(settings_of(config)):
        threads = int(settings.get("workers", "1")) * int(settings.get("intra_op", config["run"].get("intra_op", 1)
                                                                       if "run" in config else 1))
        one = cell(settings, oversubscribed=threads > 2)
        wall = 3600 / speed_of(settings) * int(settings.get("batch.size", "4")) / 4
        if wall > 600:
            one |= {"state": "over_budget", "why": f"a run took longer than {CELL_BUDGET_SECONDS} s"}
        else:
            fill(dice, one, 3600 / speed_of(settings), 0.3 if number % 7 == 3 else 0.02)
            one["state"] = "wide" if number % 7 == 3 else "measured"
        cells.append(one)
    cells[-2] |= {"state": "failed", "why": "exit code 3: the fork server died with signal 9", "metrics": {},
                  "memory": []}
    made = document(config["title"], config["question"], list(cells[0]["settings"]), cells,
                    answer=["On this host, for this model: made up.", "These numbers are made up."],
                    published=config.get("published", []), figures=config.get("figures", []))
    titles = {name: dict(zip(("unit", "better", "title"), told)) for name, told in METRICS.items()}
    return made | {"metrics": made["metrics"] | titles}


def fill(dice, one, wall, spread):
    settings = one["settings"]
    workers, peak = int(settings.get("workers", "1")), 420 * MB * PEAK.get(settings.get("allocator"), 1.0)
    peak *= workers ** 0.5 * dice.uniform(0.9, 1.1)
    medians = {"wall_seconds": wall, "x_real_time": 3600 / wall, "segments_per_second": 720 / wall,
               "speed_up": 30 / wall, "peak_pss_bytes": peak, "mean_anon_bytes": peak * 0.7,
               "memory_ratio": peak / (420 * MB), "start_up_seconds": 1.7 if "spawn" in settings.values() else 0.9,
               "efficiency": 30 / wall / workers, "cpu_utilisation": min(1.0, workers * 0.48)}
    for what in ("batch", "segment"):
        medians |= {f"{what}_latency_{quantile}_seconds": wall / divisor * workers
                    for quantile, divisor in (("p50", 200), ("p90", 150), ("p99", 90))}
    medians |= {f"cpu_{stage}_seconds": wall * share for stage, share in STAGES.items()}
    one["metrics"] = {name: around(dice, median, spread) for name, median in medians.items()}
    one["memory"] = [memory_row(number, wall, peak) for number in range(301)]


def made_up(name):
    return results_of(yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8")))
