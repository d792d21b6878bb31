"""What a bench report says of how it was measured, and what that keeps from being concluded."""

from .units import hours_and_minutes

# Up to so many values the bootstrap's 95% interval of a median is from the least to the greatest.
RANGE_RUNS = 5
OVERSUBSCRIBED = ("Oversubscribed cells ask for more threads than this host has cores; what they show is not how the "
                  "setting would do on a host of that many cores.")


def how_of(results):
    lines = [
        "Each cell is a combination of settings. All cells were run in rounds, each in shuffled order and in each once "
        "at most, so that whatever else the host did fell on all of them alike; runs to warm up were not counted.",
        "Numbers are medians over runs, with 95% bootstrap intervals. A cell marked wide spread was run again and its "
        "interval stayed wider than asked for. Over budget means that one run took longer than a cell may; not reached "
        "means that the time for the whole ended first.",
        OVERSUBSCRIBED]
    runs = [max(one["runs"] for one in cell.metrics.values()) for cell in results.cells if cell.metrics]
    if runs and min(runs) <= RANGE_RUNS:
        lines.append(f"Of up to {RANGE_RUNS} runs, as some cells here have, the interval is their range, lowest to "
                     "highest. It holds the true median in 75% of all cases with three runs, 88% with four and 94% "
                     "with five.")
    if len(runs) > 2:
        lines.append(f"The fastest of {len(runs)} cells is a selection: chance has a part in which one it is and in "
                     "how far ahead it is. What it gains is known when it is measured anew beside the baseline alone.")
    spent, budget = (hours_and_minutes(results[f"{name}_seconds"]) for name in ("spent", "time_budget"))
    return [*lines, f"Baseline: {results['baseline'] or results.baseline.id}. Time spent: {spent} of {budget}."]
