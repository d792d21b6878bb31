"""A wall clock that jumps, by faketime; the monotonic clock stays as it is."""

import datetime
import os
from pathlib import Path

from program import eventually, slowed
from rows import fault

from bench import WORK, NotRun

KNOWN_TO_WORK = ["--allocator", "glibc"]  # jemalloc asks for the time before faketime can tell it
HOURS = [26, -50, 1, -1, 24 * 400]


def _library():
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        raise NotRun("libfaketime is not installed (Debian package faketime)")
    return str(found[0])


def _set(clock, hours):
    new = clock.with_suffix(".new")
    new.write_text(f"{hours * 3600:+d}\n")
    os.replace(new, clock)


@fault("clock_jumps", "the wall clock jumping by hours and days, both ways, during a run")
def clock_jumps(bench):
    clock = WORK / "clock"
    for more in [[], ["--max-time", "1h"]]:
        _set(clock, 0)
        day = bench.day()
        environment = {
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(clock),
            "FAKETIME_NO_CACHE": "1",
            "NO_FAKE_STAT": "1",  # files keep their times
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        run = bench.start(day, bench.fresh(), [*slowed(80), *KNOWN_TO_WORK, *more], environment)
        eventually(run.workers)
        before = datetime.datetime.now()
        for hours in HOURS:
            bench.injected(run.goes_on())
            _set(clock, hours)
            run.wait(0.4)
        assert abs(datetime.datetime.now() - before) < datetime.timedelta(hours=1)
        bench.ends(run, 0)
        bench.compare(day)
