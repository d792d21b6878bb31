"""Measures what --trace costs: runs with and without it take turns, for a large model and for a tiny one; and what
the parts of a trace cost alone (tracing_cost), times how many of them such a run has."""

import json
import statistics
import subprocess
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


def part_costs(programs):
    """Nanoseconds of CPU of a worker's stage, an answer, and an event of the supervisor's loop: with a trace, and at
    most without."""
    words = [Path(programs) / "tracing_cost", "--benchmark_format=json", "--benchmark_repetitions=5",
             "--benchmark_report_aggregates_only=true"]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    median = {row["run_name"]: row["cpu_time"] for row in told["benchmarks"] if row["aggregate_name"] == "median"}
    slope = {name: (median[f"{name}/64"] - median[f"{name}/0"]) / 64 for name in ("send_answer", "write_answer")}
    stage = median["note_stage"] + slope["send_answer"] + slope["write_answer"]
    on = {"stage": stage, "answer": median["write_answer/0"], "event": median["loop_stage"]}
    off = {"stage": median["note_stage_off"], "answer": 2 * median["loop_stage_off"], "event": median["loop_stage_off"]}
    return on, off


def parts_of(trace):
    """How many of each a run's trace has."""
    events = json.loads(trace.read_text())
    slices = [event["cat"] for event in events if event["ph"] == "X"]
    counters = sum(event["ph"] == "C" for event in events)
    return {"stage": slices.count("stage"), "answer": slices.count("task"), "event": slices.count("loop") + counters}


def rounds_of(programs, model, recordings, options, rounds):
    """Per round what was measured without and with a trace, who goes first taking turns; and the last trace's bytes
    and parts."""
    pairs = []
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        trace = Path(folder) / "trace.json"
        for number in range(rounds):
            order = [[], ["--trace", trace]][:: 1 if number % 2 else -1]
            taken = {bool(more): measured(programs, model, recordings, [*options, *more]) for more in order}
            pairs.append((taken[False], taken[True]))
        return pairs, trace.stat().st_size, parts_of(trace)


def told(pairs):
    """Of the rounds' ratios; and of the least of all rounds, which what else the host does can only raise."""
    ratios = [on / off for off, on in pairs]
    least = min(on for _, on in pairs) / min(off for off, _ in pairs)
    spread = f"{min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%}"
    return f"least {least - 1:+.2%}, median {statistics.median(ratios) - 1:+.2%} ({spread})"


def told_of_parts(parts, costs, cpu_seconds):
    sums = {name: parts[name] * costs[name] * 1e-9 for name in parts}
    counted = ", ".join(f"{parts[name]} {name}s of {costs[name]:.0f} ns" for name in parts)
    return f"parts {counted}: {sum(sums.values()) / cpu_seconds:.3%} of {cpu_seconds:.1f} s of CPU"


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print_host_facts(arguments.bin)
    print(f"\ncost of --trace over {arguments.rounds} rounds, wanted {LIMIT:.0%} of CPU: least run by least run,")
    print("and each round's ratio, median (least to most)")
    costs_on, costs_off = part_costs(arguments.bin)
    for what, model, recordings, options in cases():
        pairs, size, parts = rounds_of(arguments.bin, model, recordings, options, arguments.rounds)
        cpu, wall = ([(off[i], on[i]) for off, on in pairs] for i in range(2))
        print(f"{what:20} CPU {told(cpu)}\n{'':20} wall {told(wall)}   file {size / 1e6:.1f} MB")
        usual = statistics.median(off for (off, _), _ in pairs)
        print(f"{'':20} with a trace: {told_of_parts(parts, costs_on, usual)}")
        print(f"{'':20} without, at most: {told_of_parts(parts, costs_off, usual)}", flush=True)


if __name__ == "__main__":
    main()
