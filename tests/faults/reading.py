"""Recordings that cannot be read, or not any more, while they are read."""

import os
import shutil

from comparison import Allowed, Output, journal_states
from model_ops import Count
from program import eventually, library, slowed
from rows import fault

from bench import OUT

LONG = "in/long.wav"


def _with_bad_reads(bench, wanted, name):
    """A run whose reads of one recording fail; the output folder that came of it."""
    day = bench.day()
    count = Count()
    environment = {
        "LD_PRELOAD": library("rookery-read-fault.so"),
        "ROOKERY_TEST_READ_FAULT": f"{wanted}:{name}",
        "ROOKERY_TEST_READ_COUNT": str(count),
    }
    run = bench.start(day, bench.fresh(), environment=environment)
    bench.ends(run, 0, 1)
    bench.injected(count.value())
    key = f"in/{name}"
    bench.compare(day, Allowed(harmed={key}))
    bench.tally.notes.append(f"{wanted} {name}")
    return Output(OUT)


def _with_bad_disk(bench, name, count):
    """EIO from some byte of the recording on, so often (0: always): told as what it is."""
    size = (bench.day().inputs / name).stat().st_size
    out = _with_bad_reads(bench, f"eio:{bench.random.randrange(size)}:{count}", name)
    key = f"in/{name}"
    if out.states.get(key) != "failed" or "Input/output error" not in out.reason(key):
        bench.wrong(f"{name}: {out.states.get(key)}, told as {out.reason(key) or 'nothing'}")


@fault("read_error", "EIO from some byte of a recording on, every time")
def read_error(bench):
    for name in ["long.wav", "b.flac", "c.mp3", "d/e.ogg"]:
        _with_bad_disk(bench, name, 0)


@fault("read_error_once", "EIO once in a recording, at some byte")
def read_error_once(bench):
    for name in ["long.wav", "b.flac", "c.mp3", "d/e.ogg"] * (5 if bench.full else 1):
        _with_bad_disk(bench, name, 1)


@fault("read_short", "reads of a recording that give half of what they should, once and always")
def read_short(bench):
    for name in ["long.wav", "b.flac"]:
        for count in [1, 0]:
            _with_bad_reads(bench, f"short:0:{count}", name)


def own_day(bench):
    """Three recordings where they can be changed; the long one comes last."""
    inputs = bench.folder("in")
    inputs.mkdir()
    for name in ["a.wav", "b.flac", "long.wav"]:
        shutil.copy2(bench.day().inputs / name, inputs)
    return bench.day_of(inputs)


def start_and_meet(bench, day):
    """A run whose journal already says that the long recording is under way; and whether it came to that."""
    run = bench.start(day, bench.fresh(), slowed(400))
    return run, eventually(lambda: journal_states(OUT).get(LONG) == "pending", 20)


@fault("truncated", "a recording truncated while it is read")
def truncated(bench):
    for _ in bench.times(2, 10):
        day = own_day(bench)
        run, under_way = start_and_meet(bench, day)
        file = day.inputs / "long.wav"
        os.truncate(file, bench.random.randrange(file.stat().st_size))
        bench.injected(under_way and run.goes_on())
        bench.ends(run, 0, 1)
        bench.compare(day, Allowed(harmed={LONG}))
