"""What a search wants of a cell, from the metrics that were measured of it."""

from dataclasses import dataclass
from statistics import median

SPEED = ("x_real_time", "segments_per_second")
LATENCY = "batch_latency_p90_seconds"
MEMORY = ("peak_pss_bytes", "peak_rss_bytes")


@dataclass(frozen=True)
class Goal:
    """One number to be made large or small."""

    metrics: tuple  # the first of these that a run has
    larger: bool

    @property
    def direction(self):
        return "maximize" if self.larger else "minimize"

    def of(self, runs):
        name = next(name for name in self.metrics if name in runs[0])
        return median(run[name] for run in runs)

    def beats(self, one, other):
        return one > other if self.larger else one < other


THROUGHPUT, LATENCY_GOAL, MEMORY_GOAL = Goal(SPEED, True), Goal((LATENCY,), False), Goal(MEMORY, False)


@dataclass(frozen=True)
class Objective:
    goals: tuple
    limited: Goal | None = None
    limit: float = 0.0

    def values(self, runs):
        return [goal.of(runs) for goal in self.goals]

    def violation(self, runs):
        """By which share the limit is missed; 0 or less if it is kept."""
        if self.limited is None:
            return 0.0
        miss = self.limited.of(runs) / self.limit - 1
        return -miss if self.limited.larger else miss

    def wanting(self, run):
        """Metrics of which a run should have one and has none."""
        goals = [*self.goals, *([self.limited] if self.limited else [])]
        return next((goal.metrics for goal in goals if not any(name in run for name in goal.metrics)), ())

    @property
    def single(self):
        return len(self.goals) == 1


def objective_of(start):
    """From the first line of the protocol. Raises ValueError for what is none."""
    name = start["objective"]
    if name == "throughput":
        return Objective((THROUGHPUT,))
    if name == "latency":
        return Objective((LATENCY_GOAL,), THROUGHPUT, start["throughput_floor"])
    if name == "throughput_in_memory":
        return Objective((THROUGHPUT,), MEMORY_GOAL, start["memory_ceiling"])
    if name == "pareto":
        return Objective((THROUGHPUT, MEMORY_GOAL))
    raise ValueError(f"objective {name}: it is throughput, latency, throughput_in_memory or pareto")
