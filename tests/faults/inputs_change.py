"""Inputs that are deleted or replaced while a run goes on."""

import os
import time

import good_day
from comparison import Allowed, journal_states
from program import eventually, slowed
from reading import LONG, own_day, start_and_meet
from rows import fault

from bench import OUT


@fault("input_deleted", "a recording deleted while a run goes on, before or while it is read")
def input_deleted(bench):
    for _ in bench.moments(2, 10):
        day = own_day(bench)
        run = bench.start(day, bench.fresh(), slowed(400))
        eventually(lambda: journal_states(OUT))  # the folder has been looked at
        time.sleep(bench.random.uniform(0, 2))
        bench.injected(run.goes_on())
        (day.inputs / "long.wav").unlink()
        bench.ends(run, 0, 1)
        bench.compare(day, Allowed(harmed={LONG}))


@fault("input_replaced", "a recording replaced by another while it is read, then run again")
def input_replaced(bench):
    for _ in bench.times(2, 10):
        day = own_day(bench)
        run, under_way = start_and_meet(bench, day)
        new = bench.folder("replacement") / "long.wav"
        good_day.write_noise(new, bench.random.randrange(1000), 16000, 33)
        os.replace(new, day.inputs / "long.wav")
        new.parent.rmdir()
        bench.injected(under_way and run.goes_on())
        bench.ends(run, 0, 1)
        other = bench.day_of(day.inputs, name="other")
        bench.compare(day, Allowed(harmed={LONG}, otherwise=other.good))
        bench.tally.notes.append("resumed")
        bench.resume(other, more=["--retry-failed"])
