"""Measures what --trace costs: runs with and without it take turns, for a large model and for a tiny one."""

import statistics
import tempfile
from pathlib import Path

from material import dtmf_model, noise, tagger_model
from measured_host import print_host_facts
from rookery_run import arguments_of, run

LIMIT = 0.01


def cases():
    """(what, model, recordings, options): tasks of few long stages, and of many that are as short as they get."""
    yield "tagger, 8 minutes", tagger_model(), noise(2, 240, 32000), []
    yield "DTMF, 80 minutes", dtmf_model(), noise(20, 240, 32000), []


def measured(programs, model, recordings, options):
    """CPU seconds of supervisor and workers, and wall seconds after start-up."""
    summary = run(programs, model, recordings, *options)
    return sum(summary["cpu_seconds"].values()), summary["wall_seconds"] - summary["start_up_seconds"]


def ratios(programs, model, recordings, options, rounds):
    """Per round (CPU, wall) of the traced run by the other's, who goes first taking turns; and the trace's bytes."""
    pairs = []
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        trace = Path(folder) / "trace.json"
        for number in range(rounds):
            order = [[], ["--trace", trace]][:: 1 if number % 2 else -1]
            taken = {bool(more): measured(programs, model, recordings, [*options, *more]) for more in order}
            pairs.append([on / off for on, off in zip(taken[True], taken[False])])
        return pairs, trace.stat().st_size


def told(values):
    return f"{statistics.median(values) - 1:+.2%} ({min(values) - 1:+.2%} to {max(values) - 1:+.2%})"


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    print(f"\ncost of --trace over {arguments.rounds} rounds: median (least to most), wanted {LIMIT:.0%} of CPU")
    for what, model, recordings, options in cases():
        pairs, size = ratios(arguments.bin, model, recordings, options, arguments.rounds)
        cpu, wall = zip(*pairs)
        print(f"{what:20} CPU {told(cpu)}   wall {told(wall)}   file {size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
