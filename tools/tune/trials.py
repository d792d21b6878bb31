"""What a search knows: the runs of each cell that was asked for, the best, and how much runs of one cell differ."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from .space import identity

USUAL_NOISE = 0.02  # relative, until there are repeated runs to take it from
REPEATED = 6  # so many runs of repeated cells are enough to take it from
CLEARLY = 3  # times the noise


@dataclass
class Trial:
    number: int
    cell: dict
    runs: list = field(default_factory=list)  # the metrics of each
    failed: str = ""
    hopeless: bool = False  # given up after its first run


class Trials:
    def __init__(self, objective):
        self.objective = objective
        self.all = []
        self.by_cell = {}

    def add(self, cell):
        trial = Trial(len(self.all), cell)
        self.all.append(trial)
        self.by_cell[identity(cell)] = trial
        return trial

    def drop_those_without_runs(self):
        """What was proposed and never run is none of the cells that were searched."""
        self.all = [trial for trial in self.all if trial.runs or trial.failed]
        self.by_cell = {identity(trial.cell): trial for trial in self.all}

    def known(self, cell):
        return identity(cell) in self.by_cell

    def measured(self):
        return [trial for trial in self.all if trial.runs and not trial.failed]

    def feasible(self):
        return [trial for trial in self.measured() if self.objective.violation(trial.runs) <= 0]

    def best(self):
        """Of a single goal: the best that keeps the limit, or else the one that misses it least; of several the first
        of the front. None at first."""
        if not self.objective.single:
            return next(iter(self.front()), None)
        goal = self.objective.goals[0]
        if found := self.feasible():
            return (max if goal.larger else min)(found, key=lambda trial: goal.of(trial.runs))
        return min(self.measured(), key=lambda trial: self.objective.violation(trial.runs), default=None)

    def front(self):
        """Trials that no other beats in every goal, the best in the first goal first."""
        def beaten(trial):
            return any(self.dominates(other, trial) for other in self.feasible())
        first = self.objective.goals[0]
        return sorted((trial for trial in self.feasible() if not beaten(trial)),
                      key=lambda trial: first.of(trial.runs), reverse=first.larger)

    def dominates(self, one, other):
        pairs = list(zip(self.objective.goals, self.objective.values(one.runs), self.objective.values(other.runs)))
        return (any(goal.beats(mine, yours) for goal, mine, yours in pairs)
                and not any(goal.beats(yours, mine) for goal, mine, yours in pairs))

    def noise(self):
        """Relative difference of repeated runs of a cell, as a median over cells."""
        found = self.differences()
        return max(median(found), USUAL_NOISE / 4) if self.noise_is_measured() else USUAL_NOISE

    def noise_is_measured(self):
        return len(self.differences()) >= REPEATED

    def differences(self):
        """Of each repeated run from its cell's median, relative."""
        goal = self.objective.goals[0]
        found = []
        for trial in self.measured():
            values = [goal.of([run]) for run in trial.runs]
            if len(values) > 1 and median(values):
                found += [abs(value / median(values) - 1) for value in values]
        return found

    def promise_of(self):
        """A function from a cell to the sum, over its keys, of how much better than the mean its values did, by the
        first goal; few cells with a value count less. Logarithms, since settings multiply speed."""
        goal = self.objective.goals[0]
        logs = [(trial.cell, math.log(max(goal.of(trial.runs), 1e-12))) for trial in self.measured()]
        mean = sum(log for _, log in logs) / len(logs)
        gains = defaultdict(list)
        for cell, log in logs:
            for pair in cell.items():
                gains[pair].append(log - mean if goal.larger else mean - log)
        return lambda cell: sum(sum(gains[pair]) / (len(gains[pair]) + 1) for pair in cell.items())

    def is_hopeless(self, trial):
        """Whether the first run of a trial is so far behind that another would hardly make it one of the best."""
        margin = CLEARLY * self.noise()
        if self.objective.violation(trial.runs) > margin:
            return bool(self.feasible())
        others = [other for other in self.feasible() if other is not trial]
        return any(all(clearly_behind(goal, goal.of(trial.runs), goal.of(other.runs), margin)
                       for goal in self.objective.goals) for other in others)


def clearly_behind(goal, value, best, margin):
    return value < best * (1 - margin) if goal.larger else value > best * (1 + margin)
