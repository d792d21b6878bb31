"""A recording of a day's length, whose run is killed when most of it is done."""

import json
import signal
import sqlite3
import time
from dataclasses import dataclass

import leftovers
import numpy as np
import program
import soundfile
from good_day import Day
from rows import fault

from bench import OUT

SAMPLE_RATE = 8000
WINDOW_SECONDS = 0.5  # of the model
MOST_REPEATED_SECONDS = 60  # of wall time


@dataclass
class Form:
    hours: float
    delay_ms: int  # which makes it a run of a dozen seconds, or of five minutes
    share_done: float  # it is killed within a second from then


SHORT, FULL = Form(0.5, 90, 0.5), Form(24, 45, 0.9)


def write_tones(path, hours):
    """A tone whose level is another in each half second: small as FLAC, and every segment has its score."""
    generator = np.random.default_rng(30)
    tone = np.sin(np.arange(SAMPLE_RATE * WINDOW_SECONDS) * (np.pi / 4))
    path.parent.mkdir(parents=True)
    with soundfile.SoundFile(path, "w", SAMPLE_RATE, 1, "PCM_S8", format="FLAC") as file:
        for _ in range(round(hours * 60)):
            levels = generator.uniform(0.1, 0.6, round(60 / WINDOW_SECONDS))
            file.write(np.outer(levels, tone).ravel())


def committed_seconds():
    """How far the rows go that are on disk."""
    try:
        database = sqlite3.connect(f"file:{OUT}/journal.sqlite?mode=ro", uri=True, timeout=10)
        last = database.execute("SELECT max(start_us) FROM detections WHERE recording = 1").fetchone()[0]
        database.close()
    except sqlite3.Error:
        return 0.0
    return 0.0 if last is None else last / 1e6 + WINDOW_SECONDS


def watch(run, until_seconds, longer):
    """How far the run had got when, [(moment, seconds)], until it has got that far and `longer` afterwards:
    otherwise it would always be killed just when it has written something."""
    seen = [(time.monotonic(), 0.0)]
    end = None
    while run.goes_on() and (end is None or seen[-1][0] < end):
        time.sleep(0.02)
        seen.append((time.monotonic(), committed_seconds()))
        if end is None and seen[-1][1] >= until_seconds:
            end = seen[-1][0] + longer
    return seen


@fault("long_recording_killed", "kill -9 of everything at 90% of a recording of 24 hours, resumed")
def long_recording_killed(bench):
    form = FULL if bench.full else SHORT
    hours = form.hours
    inputs = bench.folder("in")
    write_tones(inputs / "long.flac", hours)
    day = Day(bench.build / "test-data/models/levels", inputs, bench.folder("good"))
    bench.ends(bench.start(day, day.good), 0, limit=1800)

    run = bench.start(day, bench.fresh(), program.slowed(form.delay_ms))
    seen = watch(run, form.share_done * hours * 3600, bench.random.uniform(0, 0.9))
    killed = time.monotonic()
    leftovers.end_all()
    bench.ends(run, -signal.SIGKILL)
    bench.injected(seen[-1][1] < hours * 3600)
    bench.ends(bench.start(day), 0, limit=1800)
    bench.compare(day)

    gone_through = json.loads((OUT / "summary.json").read_text())["run_audio_hours"] * 3600
    resumed_at = hours * 3600 - gone_through
    # The last look at which it had not yet come to where the next run went on.
    earlier = [moment for moment, position in seen if position + WINDOW_SECONDS / 2 < resumed_at]
    before = max(earlier, default=seen[0][0])
    repeated, took = killed - before, killed - seen[0][0]
    share = seen[-1][1] / hours / 36
    bench.tally.told = (
        f"{hours} h of audio, killed after {took:.0f} s with {share:.1f}% on disk; the next run went on from "
        f"{100 - gone_through / hours / 36:.1f}%, where the killed one had been at most {repeated:.2f} s before its end"
    )
    if repeated > MOST_REPEATED_SECONDS:
        bench.wrong(f"{repeated:.0f} s of work were repeated")
