"""A metric over a key, a line for each value of another: the band is the 95% interval."""

import math

from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from . import canvas
from .findings import along
from .results import Estimate
from .selection import groups, select
from .units import digits, scale_for

HEIGHT = 220
LETTER = canvas.FONT_SIZE * 0.66  # width of a digit
UNKNOWN = Estimate(math.nan, math.nan, math.nan, 0)
STATES = (("wide", "The spread stayed too wide"), ("over_budget", "Over the time budget of a cell"),
          ("failed", "Failed"), ("not_reached", "Not reached within the time budget"))
OVERSUBSCRIBED = "oversubscribed, more threads than cores to run them."
AXES_SHARE = 1.05  # finished axes are wider than those that matplotlib begins with


def draw_lines(results, spec):
    chosen = select(results, spec, apart=(spec.x, spec.series))
    metric = results.metric(spec.y)
    lines = [(value, sorted_by(cells, results, spec.x)) for value, cells in groups(results, chosen.cells, spec.series)]
    known = [(value, [cell for cell in cells if cell.estimate(spec.y)]) for value, cells in lines]
    estimates = [cell.estimate(spec.y) for _, cells in known for cell in cells]
    if not estimates:
        return None
    scale = scale_for(metric.unit, [estimate.high for estimate in estimates])
    values = results.values(spec.x)

    figure, axes = canvas.blank(HEIGHT)
    for number, (_, cells) in enumerate(lines):
        draw_line(axes, number, cells, [place(results, spec.x, cell, values) for cell in cells], spec.y, scale)
    set_x(axes, results, spec.x, values)
    set_y(axes, [scale.value(estimate.low) for estimate in estimates])

    legend = [canvas.LegendEntry(results.words({spec.series: value}), number, dash=number // canvas.SERIES_COUNT)
              for number, (value, _) in enumerate(lines) if spec.series]
    finding = along(results, spec, known)
    title = spec.title or title_of(metric, spec.x)
    return canvas.Drawing(title, canvas.to_svg(figure, f"{title}. {finding}"), f"{title}. {finding}",
                          subtitle_of(results, metric, scale, chosen.held), legend, notes_of(chosen.cells), finding,
                          cells=chosen.cells)


def draw_line(axes, number, cells, places, name, scale):
    """With a gap where a cell has no number."""
    estimates = [cell.estimate(name) or UNKNOWN for cell in cells]
    medians = [scale.value(estimate.median) for estimate in estimates]
    colour = canvas.colour_of(number)
    axes.fill_between(places, [scale.value(estimate.low) for estimate in estimates],
                      [scale.value(estimate.high) for estimate in estimates],
                      color=colour, alpha=0.18, linewidth=0, gid=f"mark-band-{number}")
    axes.plot(places, medians, color=colour, linestyle=canvas.dash_of(number), gid=f"mark-line-{number}")
    for hollow in (False, True):
        shown = [(x, y) for x, y, cell in zip(places, medians, cells)
                 if cell.oversubscribed == hollow and cell.estimate(name)]
        if shown:
            axes.plot(*zip(*shown), linestyle="none", marker=canvas.marker_of(number), color=colour,
                      markerfacecolor=canvas.PANEL if hollow else colour, gid=f"mark-points-{number}-{int(hollow)}")


def sorted_by(cells, results, key):
    order = results.values(key)
    return sorted(cells, key=lambda cell: order.index(cell.settings[key]))


def place(results, key, cell, values):
    """Where a cell stands on the axis: at its number, or a word at its rank."""
    value = cell.settings[key]
    return float(value) if results.is_numeric(key) else values.index(value)


def set_x(axes, results, key, values):
    """Ticks stand at values only, and so few that their labels have room."""
    canvas.name_x(axes, key)
    numeric = results.is_numeric(key)
    places = [float(value) for value in values] if numeric else list(range(len(values)))
    if numeric and places[0] > 0 and places[-1] / places[0] >= 6 and len(places) > 2:
        axes.set_xscale("log", base=2)
    if len(places) > 1:
        axes.margins(x=0.06)
    labels = with_room(axes, {place: results.shown(key, value) for place, value in zip(places, values)})
    axes.xaxis.set_major_locator(FixedLocator(list(labels)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: labels.get(place, "")))


def with_room(axes, labels):
    """Of the labels, by place from left to right, those that do not run into the one before."""
    kept, end = {}, -1e9
    for place, label in labels.items():
        middle = axes.transData.transform((place, 1))[0] * AXES_SHARE
        half = len(label) * LETTER / 2
        if middle - half >= end + LETTER / 2:
            kept[place], end = label, middle + half
    return kept


def set_y(axes, lows):
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    positive = [low for low in lows if low > 0]
    if positive and len(positive) == len(lows) and max(lows) / min(lows) > 50:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0,) if max(lows) / min(lows) > 1000 else (1.0, 3.0)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: digits(value)))
    else:
        canvas.begin_at_zero(axes, "y")
        axes.yaxis.set_major_locator(MaxNLocator(5))


def title_of(metric, *keys):
    return f"{metric.title[0].upper()}{metric.title[1:]}, by {' and '.join(keys)}"


def subtitle_of(results, metric, scale, held):
    """What is drawn, since a figure's title may be any."""
    better = {"higher": "higher is better", "lower": "lower is better"}.get(metric.better, "")
    words = [metric.title, scale.unit and f"in {scale.unit}", better,
             results.words(held) and f"with {results.words(held)}"]
    return " · ".join(word for word in words if word)


def notes_of(cells, oversubscribed="Hollow", wide=STATES[0][1]):
    """What is marked in a figure, or left out of it, in words."""
    notes = []
    if any(cell.oversubscribed and cell.measured for cell in cells):
        notes.append(f"{oversubscribed}: {OVERSUBSCRIBED}")
    for state, words in STATES:
        count = sum(cell.state == state for cell in cells)
        if count:
            notes.append(f"{wide if state == 'wide' else words}: {count} of {len(cells)} cells.")
    return notes
