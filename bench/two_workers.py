"""Measures two workers of one run against two runs of one worker each, side by side on the same two cores.

Rounds of A and B take turns, so that a slow minute of the host hits both:
A  one run with two workers on the whole set
B  two runs at once with one worker each, on half of the set each, each bound to its own core with taskset
Rates are seconds of audio for a second after start-up; B's is the sum of its two runs.
"""

import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from material import noise, tagger_model
from measured_host import print_host_facts
from rookery_run import arguments_of, command, run, summary_of

RECORDINGS, RECORDING_SECONDS, RATE = 20, 240, 32000
WANTED = 0.95


def rate_of(summary):
    """Seconds of audio for a second of wall time after start-up."""
    return summary["run_audio_hours"] * 3600 / (summary["wall_seconds"] - summary["start_up_seconds"])


def run_pair(programs, model, halves, cores):
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        outs = [Path(folder) / f"core-{core}" for core in cores]
        runs = [
            subprocess.Popen(["taskset", "-c", str(core), *command(programs, model, out, half, "--workers", 1)])
            for core, out, half in zip(cores, outs, halves)
        ]
        if any([one.wait() != 0 for one in runs]):
            raise SystemExit("a run of the pair failed")
        return [summary_of(out) for out in outs]


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    programs = arguments.bin
    print_host_facts(programs)
    cores = sorted(os.sched_getaffinity(0))[:2]
    model, recordings = tagger_model(), noise(RECORDINGS, RECORDING_SECONDS, RATE)
    halves = [recordings[0::2], recordings[1::2]]

    print("\nseconds of audio for a second; in brackets the start-up that is left out, in seconds")
    print(f"{'round':>5}{'A: two workers':>22}{'B: two runs':>30}{'A / B':>10}", flush=True)
    ratios = []
    for number in range(1, arguments.rounds + 1):
        both = run(programs, model, recordings, "--workers", 2)
        pair = run_pair(programs, model, halves, cores)
        ratios.append(rate_of(both) / sum(map(rate_of, pair)))
        alone = " + ".join(f"{rate_of(one):.1f} ({one['start_up_seconds']:.1f})" for one in pair)
        together = f"{rate_of(both):.1f} ({both['start_up_seconds']:.1f})"
        print(f"{number:5}{together:>22}{alone:>30}{ratios[-1]:10.3f}", flush=True)
    print(f"median of A / B: {statistics.median(ratios):.3f} (at least {WANTED})")


if __name__ == "__main__":
    main()
