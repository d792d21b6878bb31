"""Journals that are damaged between two runs: told, what can be read is kept, the rest is done again."""

import os
import shutil
import signal

from comparison import journal_states
from program import ask, eventually, slowed
from rows import fault

from bench import OUT

JOURNAL = OUT / "journal.sqlite"


def _half_done(bench):
    """An output folder whose run was killed when some recordings were done."""
    day = bench.day()
    run = bench.start(day, bench.fresh(), slowed(60))
    eventually(lambda: list(journal_states(OUT).values()).count("done") > 4)
    run.send(signal.SIGKILL)
    bench.ends(run, -signal.SIGKILL)
    return day


def _finished(bench):
    day = bench.day()
    bench.ends(bench.start(day, bench.fresh()), 0)
    return day


def _taken_up(bench, day, what):
    """A run that meets the damage says so and loses nothing: by itself, or after the repair that it asks for."""
    run = bench.start(day, OUT)
    code = run.wait()
    if code == 0:
        bench.nothing_left()
        return bench.compare(day)
    if code not in (2, 3) or "repair" not in run.said():
        bench.wrong(f"{what}: exit code {code}, and no word of the repair: {run.said()[-300:]}")
    bench.nothing_left()
    repair = ask("status", "--repair", OUT)
    if repair.returncode != 0:
        bench.wrong(f"{what}: status --repair ended with {repair.returncode}: {repair.stderr[-300:]}")
    bench.resume(day)


def _begun_anew(bench, day, what):
    """Without a journal nothing can be kept: the run says so, and moves the old output aside when it is told to."""
    run = bench.start(day, OUT)
    if run.wait() != 3 or "--fresh" not in run.said():
        bench.wrong(f"{what}: no word of beginning anew: {run.said()[-300:]}")
    bench.nothing_left()
    again = bench.start(day, OUT, ["--fresh"])
    again.wait()
    shutil.rmtree(OUT.with_name("out.old-1"))
    bench.ends(again, 0)
    bench.compare(day)


def _each_way(bench, damage, what, take_up=_taken_up):
    for i in bench.times(2, 12):
        day = _half_done(bench) if i % 2 == 0 else _finished(bench)
        damage(bench.random)
        bench.injected()
        take_up(bench, day, what)


def _truncate(random):
    os.truncate(JOURNAL, random.randrange(JOURNAL.stat().st_size))


def _corrupt(random):
    """Bytes of some pages behind the first are other ones."""
    with JOURNAL.open("r+b") as file:
        size = JOURNAL.stat().st_size
        for _ in range(1 + random.randrange(8)):
            file.seek(random.randrange(min(4096, size - 1), size))
            file.write(random.randbytes(random.randrange(1, 200)))


def _corrupt_head(random):
    with JOURNAL.open("r+b") as file:
        file.write(random.randbytes(100))


def _corrupt_log(random):
    """Whether there was a log to do it to."""
    log = JOURNAL.with_name("journal.sqlite-wal")
    if not log.exists() or log.stat().st_size < 64:
        return False
    with log.open("r+b") as file:
        file.seek(random.randrange(log.stat().st_size))
        file.write(random.randbytes(64))
    return True


def _delete(random):
    for file in OUT.glob("journal.sqlite*"):
        file.unlink()


@fault("journal_truncated", "journal truncated between two runs")
def journal_truncated(bench):
    _each_way(bench, _truncate, "truncated")


@fault("journal_corrupted", "bytes of the journal overwritten, between two runs")
def journal_corrupted(bench):
    _each_way(bench, _corrupt, "corrupted")


@fault("journal_head_corrupted", "the journal's head overwritten, between two runs")
def journal_head_corrupted(bench):
    _each_way(bench, _corrupt_head, "head corrupted")


@fault("journal_log_corrupted", "bytes of the journal's write-ahead log overwritten, after a kill -9")
def journal_log_corrupted(bench):
    for _ in bench.times(1, 12):
        day = _half_done(bench)
        bench.injected(_corrupt_log(bench.random))
        _taken_up(bench, day, "log corrupted")


@fault("journal_deleted", "journal deleted between two runs")
def journal_deleted(bench):
    _each_way(bench, _delete, "deleted", _begun_anew)
