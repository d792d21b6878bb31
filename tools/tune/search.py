"""The search itself, in three parts of equally many cells: cells that show every value of every key as often as any
other, as far as none of them is excluded, in whole rounds; cells that Optuna's TPE proposes; new cells next to the
best.
"""

import random
import warnings

import optuna
from optuna.trial import TrialState

from .objective import objective_of
from .space import Space, distance
from .trials import Trials

PROPOSALS = 20  # of known or excluded cells in a row, before a neighbour of the best is taken instead
PARTS = 3

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


class Search:
    """Asks by a generator: asks() yields questions and is sent their answers."""

    def __init__(self, start):
        self.space = Space(start["values"], start.get("exclude", []))
        self.objective = objective_of(start)
        self.trials = Trials(self.objective)
        self.most_cells = min(start["trials"], len(self.space.cells))
        self.rounds = start["rounds"]
        self.dice = random.Random(start["seed"])
        self.part = max(3, self.most_cells // PARTS)
        sampler = optuna.samplers.TPESampler(seed=start["seed"], n_startup_trials=self.part, multivariate=False,
                                             constant_liar=False)
        self.study = optuna.create_study(directions=[goal.direction for goal in self.objective.goals],
                                         sampler=sampler)
        for cell in self.first_cells(start.get("baseline")):
            self.study.enqueue_trial(self.space.parameters(cell))

    def asks(self):
        stopped = False
        while not stopped and len(self.trials.all) < self.most_cells:
            first = not self.trials.all
            proposed = [self.propose_and_note() for _ in range(min(self.part, self.most_cells) if first else 1)]
            stopped = yield from self.measure([trial for _, trial in proposed])
            for proposal, trial in proposed:
                self.tell(proposal, trial)
        self.trials.drop_those_without_runs()

    def propose_and_note(self):
        proposal, cell = self.propose()
        return proposal, self.trials.add(cell)

    def measure(self, trials):
        """Rounds of some cells, so that the runs of one lie as far apart as these are many: what drifts on the host
        is part of the noise. True if the one who measures wants no more."""
        for number in range(self.rounds):
            for trial in trials:
                if number and not trial.failed:
                    trial.hopeless = trial.hopeless or self.trials.is_hopeless(trial)
                if trial.failed or trial.hopeless:
                    continue
                answer = yield {"cell": trial.cell, "trial": trial.number, "round": number}
                if answer.get("stop"):
                    return True
                self.take(trial, answer)
        return False

    def take(self, trial, answer):
        if "failed" in answer:
            trial.failed = answer["failed"] or "it failed"
        elif wanting := self.objective.wanting(answer["metrics"]):
            trial.failed = f"the run told none of {', '.join(wanting)}"
        else:
            trial.runs.append(answer["metrics"])

    def propose(self):
        """A trial of Optuna's with a cell that is allowed and new."""
        asked = len(self.trials.all)
        for _ in range(PROPOSALS if asked < self.most_cells - self.part or asked < self.part else 0):
            proposal = self.study.ask()
            cell = self.space.suggest(proposal)
            if self.space.is_allowed(cell) and not self.trials.known(cell):
                return proposal, cell
            self.study.tell(proposal, state=TrialState.FAIL)
        cell = self.neighbour()
        self.study.enqueue_trial(self.space.parameters(cell))
        proposal = self.study.ask()
        return proposal, self.space.suggest(proposal)

    def neighbour(self):
        """Of the new cells that differ from the best, or from one of the front, in fewest keys the one whose values
        did best so far."""
        new = [cell for cell in self.space.cells if not self.trials.known(cell)]
        best = self.trials.best() if self.objective.single else self.dice.choice(self.trials.front() or [None])
        if best is None:
            return self.dice.choice(new)
        nearest = min(distance(cell, best.cell) for cell in new)
        return max((cell for cell in new if distance(cell, best.cell) == nearest), key=self.trials.promise_of())

    def tell(self, proposal, trial):
        if trial.failed or not trial.runs:
            self.study.tell(proposal, state=TrialState.FAIL)
            return
        if self.objective.limited is not None:
            proposal.set_constraint("limit", self.objective.violation(trial.runs))
        self.study.tell(proposal, self.objective.values(trial.runs))

    def first_cells(self, baseline):
        """The baseline, then cells in which every value of every key comes up as often as any other; without those
        that are excluded, whose places the sampler fills at random."""
        count = self.part
        cells = [baseline] if baseline in self.space.cells else []
        columns = {key: self.shuffled_values(key, count) for key in self.space.values}
        for row in range(count):
            cell = {key: column[row] for key, column in columns.items()}
            if self.space.is_allowed(cell) and cell not in cells:
                cells.append(cell)
        return cells[:count]

    def shuffled_values(self, key, count):
        column = []
        while len(column) < count:
            column += self.dice.sample(self.space.values[key], len(self.space.values[key]))
        return column[:count]
