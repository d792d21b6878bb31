"""What a fault is given to work with, and what came of all its runs."""

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import leftovers
import program
from comparison import Allowed, compare
from good_day import Day, kept_day
from private_host import WORK

OUT = WORK / "out"


class NotRun(Exception):
    """The host lacks what the row needs."""


@dataclass
class Tally:
    injected: int = 0
    runs: int = 0
    recordings_lost: int = 0
    rows_lost: int = 0
    bytes_differing: int = 0
    leftovers: list = field(default_factory=list)
    wrong: list = field(default_factory=list)  # else: exit codes, silence where words are due, a run without an end
    notes: list = field(default_factory=list)
    told: str = ""  # a measured number for the table
    not_run: str = ""  # why

    def holds(self):
        counts = [self.recordings_lost, self.rows_lost, self.bytes_differing, len(self.leftovers), len(self.wrong)]
        return self.injected > 0 and not any(counts) and not self.not_run

    def causes(self):
        """Why it does not hold, the weightiest first."""
        not_run = [self.not_run] if self.not_run else []
        return [*not_run, *self.wrong, *self.leftovers, *self.notes] or ["for no cause that was noted"]


class Bench:
    """One row at work. `full`: the long form. Random moments come from `seed`."""

    def __init__(self, build, full, seed):
        self.build = Path(build)
        self.full = full
        self.random = random.Random(seed)
        self.seed = seed
        self.tally = Tally()
        self.host = leftovers.Host()
        self._kept = self.build / "test-data/faults"

    def times(self, short, full):
        return range(full if self.full else short)

    def moments(self, short, full):
        """Goes on until so many faults have met a run that was under way: some come too late."""
        wanted = full if self.full else short
        for i in range(3 * wanted):
            if self.tally.injected >= wanted:
                return
            yield i

    def day(self, model="levels"):
        return kept_day(self.build, model, self._kept)

    def day_of(self, inputs, model="levels", name="good", environment=None, **good_environment):
        """A day of other inputs, lived now."""
        model = model if isinstance(model, Path) else self.build / "test-data/models" / model
        return Day(model, inputs, self.folder(name), environment or {}).live(**good_environment)

    def faulty_model(self):
        return self._kept / "faulty"

    def folder(self, name):
        """A path in the work folder with nothing there."""
        shutil.rmtree(WORK / name, ignore_errors=True)
        return WORK / name

    def fresh(self):
        """The output folder, empty."""
        return self.folder("out")

    def start(self, day, out=OUT, more=(), environment=None, inputs=None, formats=program.FORMATS, **how):
        self.tally.runs += 1
        words = program.run_words(day, out, more, inputs, formats)
        return program.Run(words, {**day.environment, **(environment or {})}, **how)

    def injected(self, count=1):
        self.tally.injected += count

    def wrong(self, text):
        self.tally.wrong.append(text)

    def ends(self, run, *codes, limit=90):
        """Waits for a run's end, which is to be one of these; then nothing may be left. Whether it was so."""
        code = run.wait(limit)
        right = code in codes
        if code is None:
            self.wrong(f"no end after {limit} s: {run.said()[-300:]}")
            leftovers.end_all()
            run.wait()
        elif not right:
            self.wrong(f"exit code {code}, not {' or '.join(map(str, codes))}: {run.said()[-300:]}")
        self.nothing_left()
        return right

    def nothing_left(self):
        found = self.host.leftovers({"out", "good", "other", "in", "log", "log-of-second", "count", "clock", "disk"})
        self.tally.leftovers += found
        if found:
            leftovers.end_all()

    def compare(self, day, allowed=None, out=OUT):
        damage = compare(day.good, out, allowed or Allowed())
        self.tally.recordings_lost += damage.recordings_lost
        self.tally.rows_lost += damage.rows_lost
        self.tally.bytes_differing += damage.bytes_differing
        self.tally.notes += damage.notes

    def resume(self, day, allowed=None, codes=(0,), out=OUT, more=(), environment=None, inputs=None):
        """Runs again without a fault, to the end, and compares."""
        run = self.start(day, out, more, environment, inputs)
        self.ends(run, *codes)
        self.compare(day, allowed, out)
        return run

    def undisturbed_seconds(self, day, more=()):
        """How long such a run takes: the span in which random moments are chosen."""
        run = self.start(day, self.fresh(), more)
        self.ends(run, 0)
        return run.seconds()
