"""Signals to the supervisor, and two runs at once."""

import signal
import time

from program import Run, eventually, run_words, slowed
from rows import fault

from bench import OUT


def _signalled(bench, number, code, short, full):
    day = bench.day()
    span = bench.undisturbed_seconds(day, slowed(50))
    for _ in bench.moments(short, full):
        run = bench.start(day, bench.fresh(), slowed(50))
        time.sleep(bench.random.uniform(0, span))
        bench.injected(run.goes_on())
        run.send(number)
        # It may have been done already, or killed before it had begun to listen.
        bench.ends(run, code, 0, -number)
        bench.resume(day)


@fault("sigterm", "SIGTERM at random moments, each resumed")
def sigterm(bench):
    _signalled(bench, signal.SIGTERM, 143, 3, 20)


@fault("sigint", "SIGINT at random moments, each resumed")
def sigint(bench):
    _signalled(bench, signal.SIGINT, 130, 1, 10)


@fault("sigterm_twice", "SIGTERM twice while tasks last a minute, then resumed")
def sigterm_twice(bench):
    for _ in bench.times(1, 5):
        day = bench.day()
        run = bench.start(day, bench.fresh(), slowed(60000))
        eventually(run.workers)
        time.sleep(bench.random.uniform(0.2, 1))
        run.send(signal.SIGTERM)
        eventually(lambda run=run: "SIGTERM" in run.said())
        run.send(signal.SIGTERM)
        bench.injected(2)
        bench.ends(run, 143, limit=10)
        bench.resume(day)


@fault("two_runs", "a second run on the same output folder while the first goes on")
def two_runs(bench):
    day = bench.day()
    run = bench.start(day, bench.fresh(), slowed(100))
    eventually(run.workers)
    words = run_words(day, OUT)
    for _ in bench.times(3, 20):
        if not run.goes_on():
            break
        second = Run(words, log="log-of-second")
        code = second.wait()
        bench.injected()
        if code != 75 or f"process {run.pid}" not in second.said():
            bench.wrong(f"the second run ended with {code}: {second.said()[-200:]}")
    bench.ends(run, 0)
    bench.compare(day)
