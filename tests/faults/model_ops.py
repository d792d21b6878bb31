"""Faults inside an operator of the model, on one segment of one recording: an op of fault_op.cc does them."""

import signal
import struct

import good_day
from comparison import Allowed, Output
from marker import Harm
from private_host import WORK
from program import library
from rows import fault

from bench import OUT

KEY = "in/marked.wav"


class Count:
    """How often a preloaded library did its harm."""

    def __init__(self):
        self._path = WORK / "count"
        self._path.write_bytes(bytes(8))

    def __str__(self):
        return str(self._path)

    def value(self):
        return struct.unpack("<Q", self._path.read_bytes())[0]


def marked_day(bench, harm):
    """A day with one recording that does harm, and where: (day, first and last second of the segment)."""
    segment = bench.random.randrange(12)
    inputs = bench.folder("in")
    inputs.mkdir()
    good_day.write_marked(inputs, bench.seed % 1000, "marked.wav", segment, harm)
    preload = {"LD_PRELOAD": library("rookery-fault-op.so")}
    day = bench.day_of(inputs, bench.faulty_model(), environment=preload, ROOKERY_TEST_OP_OFF="1")
    return day, segment * 0.5, segment * 0.5 + 0.5


def isolates(bench, harm, signal_name, engine="processes", prepare=None, more=()):
    """The segment is left out and told; everything else is as on the good day."""
    day, start, end = marked_day(bench, harm)
    count = Count()
    counting = {"ROOKERY_TEST_OP_COUNT": str(count)}
    run = bench.start(day, bench.fresh(), ["--engine", engine, *more], counting, prepare=prepare)
    bench.ends(run, 1)
    bench.injected(count.value())
    gap = {"start": start, "end": end, "stage": "forward", "signal": signal_name}
    bench.compare(day, Allowed(gaps={KEY: gap}))


def with_either_engine(bench, harm, signal_name, more=()):
    isolates(bench, harm, signal_name, more=more)
    if bench.full:
        isolates(bench, harm, signal_name, engine="threads", more=more)


@fault("op_segv", "SIGSEGV in a model op, one segment")
def op_segv(bench):
    with_either_engine(bench, Harm.SEGV, "SIGSEGV")


@fault("op_abort", "abort() in a model op, one segment")
def op_abort(bench):
    with_either_engine(bench, Harm.ABORT, "SIGABRT")


@fault("op_exit", "exit(3) in a model op, one segment")
def op_exit(bench):
    for engine in ["processes", "threads"]:
        isolates(bench, Harm.EXIT, None, engine=engine)


@fault("op_loop", "an endless loop in a model op, one segment")
def op_loop(bench):
    with_either_engine(bench, Harm.LOOP, None, ["--set", "min_deadline_seconds=2"])


@fault("op_other_signals", "SIGBUS, SIGILL, SIGFPE in a model op, one segment each")
def op_other_signals(bench):
    for harm in [Harm.BUS, Harm.ILL, Harm.FPE]:
        isolates(bench, harm, f"SIG{harm.name}")


@fault("op_leaks", "a model op that keeps 384 MB for good, under --max-worker-memory 300M")
def op_leaks(bench):
    day, _, _ = marked_day(bench, Harm.LEAK)
    count = Count()
    more = ["--max-worker-memory", "300M"]
    run = bench.start(day, bench.fresh(), more, {"ROOKERY_TEST_OP_COUNT": str(count)})
    bench.ends(run, 0)
    bench.injected(count.value())
    bench.compare(day)


def _is_refused_memory(bench, more):
    """An op that takes tensors until there is no memory: its recording fails with the reason, others do not."""
    day, _, _ = marked_day(bench, Harm.GREEDY)
    count = Count()
    limited = ["--max-worker-memory", "200M", *more]
    run = bench.start(day, bench.fresh(), limited, {"ROOKERY_TEST_OP_COUNT": str(count)})
    bench.ends(run, 1)
    bench.injected(count.value())
    bench.compare(day, Allowed(harmed={KEY}))
    told = Output(OUT).reason(KEY)
    if "out of memory" not in told:
        bench.wrong(f"told as {told or 'nothing'}")


@fault("op_greedy", "a model op that takes tensors until it is refused more, under --max-worker-memory 200M")
def op_greedy(bench):
    _is_refused_memory(bench, [])
    _is_refused_memory(bench, ["--engine", "threads"])
    if bench.full:
        _is_refused_memory(bench, ["--start", "spawn", "--weights", "private"])


@fault("op_eats_memory", "a model op that takes memory until it is refused more, and aborts")
def op_eats_memory(bench):
    with_either_engine(bench, Harm.EAT_MEMORY, "SIGABRT", ["--max-worker-memory", "200M"])


@fault("op_killed_later", "SIGSEGV in a model op, and the supervisor killed while it is looked for")
def op_killed_later(bench):
    day, start, end = marked_day(bench, Harm.SEGV)
    count = Count()
    environment = {"ROOKERY_TEST_OP_COUNT": str(count)}
    run = bench.start(day, bench.fresh(), environment=environment)
    while run.goes_on() and count.value() < 2:
        pass
    run.send()
    bench.ends(run, -signal.SIGKILL)
    again = bench.start(day, OUT, environment=environment)
    bench.ends(again, 1)
    bench.injected(count.value())
    bench.compare(day, Allowed(gaps={KEY: {"start": start, "end": end, "stage": "forward", "signal": "SIGSEGV"}}))
