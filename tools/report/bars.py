"""Horizontal bars with their names above them, so that a name of any length has room on a phone."""

import textwrap

from . import canvas
from .findings import ALIKE, against, extremes
from .lines import notes_of, subtitle_of, title_of
from .results import STATE_WORDS
from .selection import groups, select
from .units import scale_for

ROW, NAME, BETWEEN, HEAD = 13, 16, 9, 2  # pixels: a bar, a line of names, between groups, above all
NAME_WIDTH = 44  # letters
BESIDE = 12  # pixels between the end of a bar and the page's edge, without the words between


def draw_bars(results, spec):
    chosen = select(results, spec, apart=(spec.x, spec.series))
    metric = results.metric(spec.y)
    estimates = [cell.estimate(spec.y) for cell in chosen.cells if cell.estimate(spec.y)]
    if not estimates:
        return None
    scale = scale_for(metric.unit, [estimate.high for estimate in estimates])
    series = [value for value, _ in groups(results, chosen.cells, spec.series)]
    rows = [(results.words({spec.x: name}), [(number_in(series, cell, spec), cell) for cell in cells])
            for name, cells in groups(results, chosen.cells, spec.x)]

    figure, axes = Rows(rows).axes()
    for place, (number, cell) in Rows(rows).places():
        draw_bar(axes, place, number, cell, spec.y, scale)
    Rows(rows).write_names(axes)
    leave_room(axes, [end_and_words(cell, spec.y, scale) for _, (_, cell) in Rows(rows).places()])

    legend = [canvas.LegendEntry(results.words({spec.series: value}), number, "patch")
              for number, value in enumerate(series) if spec.series]
    named = [(results.words({key: cell.settings[key] for key in (spec.x, spec.series) if key}), cell.estimate(spec.y))
             for cell in chosen.cells if cell.estimate(spec.y)]
    finding = extremes(metric, named)
    title = spec.title or title_of(metric, spec.x)
    alt = f"{title}. {finding}"
    if finding != ALIKE:
        finding = f"{finding} {against(results, spec, chosen.cells)}".strip()
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, subtitle_of(results, metric, scale, chosen.held),
                          legend, notes_of(chosen.cells, "Hatched"), finding, cells=chosen.cells)


def number_in(series, cell, spec):
    return series.index(cell.settings[spec.series]) if spec.series else 0


class Rows:
    """Groups of bars down the page, each under its name; places are pixels from the top."""

    def __init__(self, rows):
        self.rows = [(textwrap.wrap(name, NAME_WIDTH) or [""], bars) for name, bars in rows]

    def height(self):
        return HEAD + sum(len(name) * NAME + len(bars) * ROW + BETWEEN for name, bars in self.rows)

    def axes(self):
        figure, axes = canvas.blank_to_the_edge(self.height())
        axes.set_ylim(self.height(), 0)
        return figure, axes

    def places(self):
        """(middle of a bar, the bar), downwards."""
        top = HEAD
        for name, bars in self.rows:
            top += len(name) * NAME
            for bar in bars:
                yield top + ROW / 2, bar
                top += ROW
            top += BETWEEN

    def write_names(self, axes):
        top = HEAD
        for name, bars in self.rows:
            for line in name:
                axes.text(0, top + NAME / 2 - 2, line, va="center", transform=axes.get_yaxis_transform())
                top += NAME
            top += len(bars) * ROW + BETWEEN


def leave_room(axes, ends):
    """Limits of x such that the words after each end fit in; `ends` are (end, words)."""
    def limit(end, words):
        return end * canvas.WIDTH / (canvas.WIDTH - BESIDE - 1.1 * canvas.width_of(words))
    axes.set_xlim(0, max((limit(end, words) for end, words in ends), default=1.0) or 1.0)


def end_and_words(cell, name, scale):
    estimate = cell.estimate(name)
    if estimate is None:
        return 0.0, ""
    wide = [word for word in cell.remarks() if word == STATE_WORDS["wide"]]
    return scale.value(estimate.high), " · ".join([scale.text(estimate.median), *wide])


def draw_bar(axes, place, number, cell, name, scale):
    estimate = cell.estimate(name)
    if estimate is None:
        axes.text(0, place, ", ".join(cell.remarks()) or "not measured", va="center", color=canvas.MUTED)
        return
    length = scale.value(estimate.median)
    colour = canvas.colour_of(number)
    axes.barh(place, length, height=ROW - 3, color=canvas.PANEL if cell.oversubscribed else colour,
              edgecolor=colour, linewidth=1, hatch="////" if cell.oversubscribed else None,
              gid=f"mark-bar-{place:.0f}")
    ends = scale.value(estimate.low), scale.value(estimate.high)
    axes.plot(ends, (place, place), color=canvas.INK, linewidth=1.2, solid_capstyle="butt",
              gid=f"mark-interval-{place:.0f}")
    axes.annotate(end_and_words(cell, name, scale)[1], (ends[1], place), xytext=(4, -0.5),
                  textcoords="offset points", va="center")


def draw_amount(axes, place, amount, text):
    """A bar of a number that has no interval."""
    axes.barh(place, amount, height=ROW - 3, color=canvas.colour_of(0), gid=f"mark-bar-{place:.0f}")
    axes.annotate(text, (amount, place), xytext=(4, -0.5), textcoords="offset points", va="center")
