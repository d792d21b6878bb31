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


def rounds_of(programs, model, recordings, options, rounds):
    """Per round what was measured without and with a trace, who goes first taking turns; and the trace's bytes."""
    pairs = []
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        trace = Path(folder) / "trace.json"
        for number in range(rounds):
            order = [[], ["--trace", trace]][:: 1 if number % 2 else -1]
            taken = {bool(more): measured(programs, model, recordings, [*options, *more]) for more in order}
            pairs.append((taken[False], taken[True]))
        return pairs, trace.stat().st_size


def told(pairs):
    """Of the rounds' ratios; and of the least of all rounds, which what else the host does can only raise."""
    ratios = [on / off for off, on in pairs]
    least = min(on for _, on in pairs) / min(off for off, _ in pairs)
    spread = f"{min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%}"
    return f"least {least - 1:+.2%}, median {statistics.median(ratios) - 1:+.2%} ({spread})"


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    print(f"\ncost of --trace over {arguments.rounds} rounds, wanted {LIMIT:.0%} of CPU: least run by least run,")
    print("and each round's ratio, median (least to most)")
    for what, model, recordings, options in cases():
        pairs, size = rounds_of(arguments.bin, model, recordings, options, arguments.rounds)
        cpu, wall = ([(off[i], on[i]) for off, on in pairs] for i in range(2))
        print(f"{what:20} CPU {told(cpu)}\n{'':20} wall {told(wall)}   file {size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
