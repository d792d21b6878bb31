"""Measures what the workers' sandbox costs: runs with it on and off in turns, CPU and wall seconds of all processes."""

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from material import dtmf_model, noise, stereo, tagger_model
from measured_host import print_host_facts
from rookery_run import arguments_of, command

RATE = 8000
KINDS = ("on", "off")


def materials():
    """What is run, from the most system calls for the work to the fewest: (words, model, recordings)."""
    yield "400 recordings of 3 s, DTMF", dtmf_model(), noise(400, 3, RATE)
    yield "10 recordings of 20 min, DTMF", dtmf_model(), noise(10, 1200, RATE)
    yield "2 FLACs of 2 min, CNN tagger", tagger_model(), stereo("flac", 2, 120)


def seconds_of(words):
    """CPU and wall seconds of a program and of all that it starts."""
    begin = time.monotonic()
    process = subprocess.Popen(words)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{words[0]} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begin


def run(programs, model, recordings, kind):
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        options = ["--sandbox", kind, "--workers", 2, "--oversubscribe"]
        return seconds_of(command(programs, model, Path(folder) / "out", recordings, *options))


def print_ratios(what, rounds):
    """Medians, each pair's ratio, and that of the least of all rounds, which a busy host disturbed least."""
    print(f"\n{what:42}{'on':>8}{'off':>8}{'ratio':>8}{'least–most':>14}{'of least':>10}")
    for name, column in (("CPU s", 0), ("wall s", 1)):
        on, off = ([one[kind][column] for one in rounds] for kind in KINDS)
        ratios = [a / b for a, b in zip(on, off)]
        medians = "".join(f"{statistics.median(values):8.2f}" for values in (on, off, ratios))
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        print(f"  {name:40}{medians}{spread:>14}{min(on) / min(off):10.3f}", flush=True)


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    for what, model, recordings in materials():
        rounds = []
        for number in range(arguments.rounds):
            order = KINDS if number % 2 == 0 else KINDS[::-1]
            rounds.append({kind: run(arguments.bin, model, recordings, kind) for kind in order})
        print_ratios(f"{what}, {arguments.rounds} rounds", rounds)


if __name__ == "__main__":
    main()
