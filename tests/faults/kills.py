"""Processes that are killed or stopped from outside."""

import signal
import time

import leftovers
from program import eventually, send, slowed
from rows import fault

from bench import OUT


@fault("workers_killed", "kill -9 of a random worker every 200 ms, whole run")
def workers_killed(bench):
    for model in ["levels", "neighbour_levels", "running_levels"] if bench.full else ["levels"]:
        day = bench.day(model)
        run = bench.start(day, bench.fresh(), slowed(150))
        while run.goes_on():
            time.sleep(0.2)
            workers = run.workers()
            bench.injected(bool(workers) and send(bench.random.choice(workers)))
        bench.ends(run, 0)
        bench.compare(day)


@fault("threads_killed", "kill -9 of the process of all workers (engine threads), every second")
def threads_killed(bench):
    for _ in bench.times(1, 5):
        day = bench.day()
        run = bench.start(day, bench.fresh(), [*slowed(150), "--engine", "threads"])
        while run.goes_on():
            time.sleep(1)
            workers = run.workers()
            bench.injected(bool(workers) and send(workers[0]))
        bench.ends(run, 0)
        bench.compare(day)


@fault("fork_server_killed", "kill -9 of the fork server")
def fork_server_killed(bench):
    for _ in bench.times(2, 20):
        day = bench.day()
        run = bench.start(day, bench.fresh(), slowed(100))
        server = eventually(lambda run=run: run.workers() and run.fork_server())
        time.sleep(bench.random.uniform(0, 2))
        bench.injected(send(server))
        bench.ends(run, 0)
        bench.compare(day)


@fault("fork_server_killed_early", "kill -9 of the fork server before it is ready, three in a row a run")
def fork_server_killed_early(bench):
    for _ in bench.times(1, 5):
        day = bench.day()
        run = bench.start(day, bench.fresh())
        server = None
        for _ in range(3):
            before = server
            server = eventually(lambda run=run, before=before: another(run.fork_server(), before))
            bench.injected(send(server))
        bench.ends(run, 0)
        bench.compare(day)


def another(process, before):
    return process if process != before else None


@fault("supervisor_killed", "kill -9 of the supervisor at random moments, each resumed")
def supervisor_killed(bench):
    models = ["levels", "running_levels"] if bench.full else ["levels"]
    spans = {model: bench.undisturbed_seconds(bench.day(model), slowed(50)) for model in models}
    for i in bench.moments(3, 50):
        model = models[i % len(models)]
        day = bench.day(model)
        run = bench.start(day, bench.fresh(), slowed(50))
        time.sleep(bench.random.uniform(0, spans[model]))
        if not run.goes_on():
            run.wait()  # it was quicker this time: no injection
            continue
        run.send()
        bench.injected()
        bench.ends(run, -signal.SIGKILL)
        bench.resume(day)


@fault("killed_again_and_again", "kill -9 of the supervisor, each time a little later, one output folder")
def killed_again_and_again(bench):
    day = bench.day()
    bench.fresh()
    for _ in bench.times(4, 20):
        run = bench.start(day, OUT, slowed(200))
        eventually(run.workers)
        time.sleep(bench.random.uniform(0.2, 1))
        bench.injected(send(run.pid))
        bench.ends(run, -signal.SIGKILL)
    bench.resume(day)


@fault("all_killed", "kill -9 of everything at random moments, each resumed")
def all_killed(bench):
    day = bench.day()
    span = bench.undisturbed_seconds(day, slowed(50))
    for _ in bench.moments(2, 20):
        run = bench.start(day, bench.fresh(), slowed(50))
        time.sleep(bench.random.uniform(0, span))
        if not run.goes_on():
            run.wait()
            continue
        leftovers.end_all()
        bench.injected()
        bench.ends(run, -signal.SIGKILL)
        bench.resume(day)


@fault("worker_stopped", "SIGSTOP of a worker, never continued")
def worker_stopped(bench):
    for _ in bench.times(1, 5):
        day = bench.day()
        run = bench.start(day, bench.fresh(), [*slowed(60), "--set", "min_deadline_seconds=2"])
        eventually(run.workers)
        time.sleep(bench.random.uniform(0.3, 1))
        bench.injected(send(bench.random.choice(run.workers()), signal.SIGSTOP))
        bench.ends(run, 0, limit=60)
        bench.compare(day)
