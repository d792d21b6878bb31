"""What docs/experiments.md says of the round with the inputs out of the page cache."""

from .markdown import plain

SPEED = "x_real_time"


def cold_section(results):
    """Nothing where no cell had such a run."""
    cells = [cell for cell in results.cells if SPEED in cell.cold and cell.estimate(SPEED)]
    return ["### Inputs read from the disk", f"- **This host:** {plain(cold_words(results, cells))}"] if cells else []


def cold_words(results, cells):
    """One run alone tells little: how many are below the interval of those with warm inputs is told beside it."""
    ends = [choose(cells, key=share_of_warm) for choose in (min, max)]
    low, high = (f"{share_of_warm(cell):.0%} ({results.name_of(cell)})" for cell in ends)
    slower = sum(cell.cold[SPEED] < cell.estimate(SPEED).low for cell in cells)
    return (f"With the inputs out of the page cache, in one run each, cells had from {low} to {high} of their median "
            f"speed with them in it; {slower} of {len(cells)} were below the interval of that median.")


def share_of_warm(cell):
    return cell.cold[SPEED] / cell.estimate(SPEED).median
