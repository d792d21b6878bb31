"""Spaces and tables that are made up for the tests of the search: what each cell gives is known."""

import math
import random
from itertools import combinations, product

VALUES = {
    "workers": ["1", "2"],
    "engine": ["processes", "threads"],
    "batch.size": ["1", "4", "8", "16"],
    "allocator": ["jemalloc", "jemalloc-default", "glibc", "glibc-retain"],
    "intra_op": ["1", "2"],
}
EFFECTS = {"workers": 0.5, "batch.size": 0.25, "allocator": 0.3, "intra_op": 0.15, "engine": 0.08}  # log, at most
TOGETHER = 0.03  # standard deviation of what two keys do together
NOISE = 0.01
MB = 1e6


def identity(cell):
    return tuple(sorted(cell.items()))


def cells(values):
    return [dict(zip(values, combination)) for combination in product(*values.values())]


def table(seed, values=None):
    """Speed of every cell: each key has its effect, and each pair of keys a small one of its own."""
    values = values or VALUES
    dice = random.Random(seed)
    alone = {(key, value): dice.uniform(-EFFECTS[key], EFFECTS[key]) for key in values for value in values[key]}
    paired = {(a, x, b, y): dice.gauss(0, TOGETHER)
              for a, b in combinations(values, 2) for x in values[a] for y in values[b]}
    return {identity(cell): 100 * math.exp(sum(alone[pair] for pair in cell.items())
                                           + sum(paired[a, cell[a], b, cell[b]] for a, b in combinations(values, 2)))
            for cell in cells(values)}


def peak(cell):
    """Memory of a cell: rises with workers and batch."""
    return 100 * MB * (1 + int(cell["workers"]) + int(cell["batch.size"]) / 8)


def start(**more):
    return {"values": VALUES, "exclude": [], "objective": "throughput", "trials": len(cells(VALUES)) // 6, "seed": 0,
            "rounds": 2, "baseline": cells(VALUES)[0], **more}


def answers(speeds, seed=0, noise=NOISE):
    """A function from a question to its answer, with noise that is the same for the same seed."""
    dice = random.Random(seed)

    def answer(ask):
        speed = speeds[identity(ask["cell"])] * math.exp(dice.gauss(0, noise))
        return {"metrics": {"x_real_time": speed, "peak_pss_bytes": peak(ask["cell"]),
                            "batch_latency_p90_seconds": int(ask["cell"]["batch.size"]) / speed}}
    return answer
