"""Measures how fast a run starts: a forked worker, a spawned one, and a whole run of one 3-second clip."""

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from material import dtmf_model, noise
from measured_host import print_host_facts
from rookery_run import arguments_of, command, summary_of

RATE = 8000


def seconds_of(words):
    begin = time.monotonic()
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def seconds_of_a_run(programs, model, clip):
    """Wall seconds as the caller sees them, and as summary.json tells them: start-up and all."""
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        out = Path(folder) / "out"
        seen = seconds_of(command(programs, model, out, [clip]))
        summary = summary_of(out)
    return seen, summary["start_up_seconds"], summary["wall_seconds"]


def print_times(what, seconds):
    print(f"{what:52}{min(seconds) * 1e3:8.0f}{statistics.median(seconds) * 1e3:8.0f}{max(seconds) * 1e3:8.0f}")


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    programs, rounds = Path(arguments.bin), arguments.rounds
    print_host_facts(programs)
    model, clip = dtmf_model(), noise(1, 3, RATE)[0]
    for start, restarts in (("fork", 50), ("spawn", 10)):
        print(flush=True)
        words = [programs / "worker_start", "--model", model, "--start", start, "--rounds", restarts]
        subprocess.run([str(word) for word in words], check=True)

    print(f"\n{f'whole runs of a 3-second clip, ms, {rounds} rounds':52}{'least':>8}{'median':>8}{'most':>8}")
    runs = [seconds_of_a_run(programs, model, clip) for _ in range(rounds)]
    print_times("rookery run", [seen for seen, _, _ in runs])
    print_times("  of these until workers are ready, their mean", [start_up for _, start_up, _ in runs])
    print_times("  from then to the summary", [wall - start_up for _, start_up, wall in runs])
    print_times("  around it: start of the program, its end", [seen - wall for seen, _, wall in runs])
    print_times("for comparison: rookery --help", [seconds_of([programs / "rookery", "--help"]) for _ in range(rounds)])
    print_times(
        "for comparison: rookery-worker --help, loads LibTorch",
        [seconds_of([programs / "rookery-worker", "--help"]) for _ in range(rounds)],
    )


if __name__ == "__main__":
    main()
