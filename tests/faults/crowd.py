"""Very many recordings in one run."""

import os
import time
from pathlib import Path

import good_day
from comparison import Output
from rows import fault

from bench import OUT

KINDS = 10
MOST_MEGABYTES = 100


def _resident_megabytes(process):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _tiny(folder, count):
    """So many recordings of 0.1 s; a few files with many names."""
    for i in range(KINDS, count):
        target = folder / f"{i // 1000:03}/{i:06}.wav"
        target.parent.mkdir(exist_ok=True)
        os.link(folder / f"kind-{i % KINDS}.wav", target)


@fault("crowd", "very many recordings of 0.1 s in one run")
def crowd(bench):
    count = 100_000 if bench.full else 2000
    inputs = bench.folder("in")
    for i in range(KINDS):
        good_day.write_noise(inputs / f"kind-{i}.wav", 100 + i, 8000, 0.1)
    kinds = bench.day_of(inputs)
    _tiny(inputs, count)
    began = time.monotonic()
    run = bench.start(kinds, bench.fresh(), formats="jsonl,csv")
    samples = []
    while run.goes_on():
        try:
            samples.append(_resident_megabytes(run.pid))
        except OSError:
            break
        time.sleep(0.1)
    bench.ends(run, 0, limit=600)
    seconds = time.monotonic() - began
    bench.injected(count)
    peak, half = max(samples), max(samples[: len(samples) // 2])
    bench.tally.told = (
        f"{count} recordings in {seconds:.0f} s; the supervisor's memory at most {peak:.0f} MB, {half:.0f} MB "
        "in the first half of the time"
    )
    if peak > MOST_MEGABYTES:
        bench.wrong(f"the supervisor took {peak:.0f} MB")
    _compare_kinds(bench, kinds, count)


def _kind_of(key):
    return f"in/kind-{int(key[-10:-4]) % KINDS}.wav"


def _compare_kinds(bench, kinds, count):
    """Recordings that share a file have its rows."""
    good, got = Output(kinds.good), Output(OUT)
    lost = count - sum(state == "done" for state in got.states.values())
    bench.tally.recordings_lost += lost
    for key in got.states:
        kind = key if "kind" in key else _kind_of(key)
        for wanted, rows in [(good.rows, got.rows), (good.table, got.table)]:
            wrong = [row.replace(kind, key) for row in wanted.get(kind, [])] != rows.get(key, [])
            bench.tally.rows_lost += wrong
            bench.tally.bytes_differing += wrong
