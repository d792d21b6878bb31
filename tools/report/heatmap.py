"""A metric over two keys as a grid. A cell without a number says why in a word."""

import math

from matplotlib.patches import Rectangle

from . import canvas
from .findings import extremes
from .lines import notes_of, subtitle_of, title_of
from .selection import select
from .units import compact, scale_for

ROW = 30  # pixels
TEXT = 10.5
LEAST_FOR_TICK = 28
SHORT = {"over_budget": "over", "failed": "fail", "not_reached": "–"}


def draw_heatmap(results, spec):
    """x goes across, series goes down."""
    chosen = select(results, spec, apart=(spec.x, spec.series))
    metric = results.metric(spec.y)
    numbers = [cell.estimate(spec.y).median for cell in chosen.cells if cell.estimate(spec.y)]
    if not numbers:
        return None
    scale = scale_for(metric.unit, [min(numbers)])
    steps = Steps([scale.value(number) for number in numbers])
    across, down = results.values(spec.x), results.values(spec.series)

    figure, axes = canvas.blank(ROW * len(down) + 50)
    names = [[results.shown(key, value) for value in values] for key, values in ((spec.x, across), (spec.series, down))]
    room = canvas.WIDTH - 22 - max(map(canvas.width_of, names[1]))
    fits = room / len(across) >= max(canvas.width_of(words_in(cell, spec.y, scale), TEXT) for cell in chosen.cells)
    for cell in chosen.cells:
        draw_cell(axes, across.index(cell.settings[spec.x]), down.index(cell.settings[spec.series]), cell,
                  Shades(spec.y, scale, steps, fits))
    set_axes(axes, spec, *names, room)

    named = [(results.words({key: cell.settings[key] for key in (spec.x, spec.series)}), cell.estimate(spec.y))
             for cell in chosen.cells if cell.estimate(spec.y)]
    finding = extremes(metric, named)
    title = spec.title or title_of(metric, spec.series, spec.x)
    alt = f"{title}. {finding}"
    notes = notes_of(chosen.cells, "Dashed edge", "Star: the spread stayed too wide")
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, subtitle_of(results, metric, scale, chosen.held),
                          steps.legend(scale), notes, finding, cells=chosen.cells)


class Steps:
    """Numbers in a few steps of colour: equal ratios if they span much, else equal differences."""

    def __init__(self, numbers):
        self.low, self.high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
        self.ratios = self.low > 0 and self.high / self.low > 8

    def at(self, number):
        if self.high <= self.low:
            return 0
        share = ((math.log(number / self.low) / math.log(self.high / self.low)) if self.ratios
                 else (number - self.low) / (self.high - self.low))
        return min(int(share * canvas.HEAT_STEPS), canvas.HEAT_STEPS - 1)

    def edge(self, step):
        share = step / canvas.HEAT_STEPS
        if self.ratios:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share

    def legend(self, scale):
        if self.high <= self.low:
            return []
        return [canvas.LegendEntry(f"{compact(self.edge(step))} – {compact(self.edge(step + 1))}", step, "heat")
                for step in range(canvas.HEAT_STEPS)]


class Shades:
    def __init__(self, metric, scale, steps, written):
        self.metric, self.scale, self.steps, self.written = metric, scale, steps, written


def draw_cell(axes, column, row, cell, shades):
    estimate = cell.estimate(shades.metric)
    name = f"mark-cell-{column}-{row}"
    if estimate is None:
        axes.add_patch(Rectangle((column + 0.03, row + 0.04), 0.94, 0.92, facecolor="none", edgecolor=canvas.MUTED,
                                 linewidth=0.8, hatch="xxx", alpha=0.35, gid=name))
        ink = canvas.MUTED
    else:
        step = shades.steps.at(shades.scale.value(estimate.median))
        axes.add_patch(Rectangle((column + 0.03, row + 0.04), 0.94, 0.92, facecolor=canvas.HEAT[step], gid=name,
                                 edgecolor=canvas.INK if cell.oversubscribed else "none", linestyle="dashed"))
        ink = canvas.HEAT_INK[step]
    if shades.written:
        axes.text(column + 0.5, row + 0.5, words_in(cell, shades.metric, shades.scale), ha="center", va="center",
                  color=ink, fontsize=TEXT)


def words_in(cell, metric, scale):
    estimate = cell.estimate(metric)
    if estimate is None:
        return SHORT.get(cell.state, "–")
    return compact(scale.value(estimate.median)) + ("*" if cell.state == "wide" else "")


def set_axes(axes, spec, across, down, room):
    axes.set_xlim(0, len(across))
    axes.set_ylim(len(down), 0)
    step = -int(-len(across) * LEAST_FOR_TICK // room)
    axes.set_xticks([place + 0.5 for place in range(0, len(across), step)], across[::step])
    axes.set_yticks([place + 0.5 for place in range(len(down))], down)
    canvas.name_x(axes, spec.x)
    axes.set_ylabel(spec.series)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
