"""A metric over two keys as a grid. A cell without a number says why in a word."""

import math

from matplotlib.patches import Rectangle

from . import canvas
from .findings import extremes
from .lines import notes_of, subtitle_of, title_of
from .selection import select
from .units import compact, scale_for

ROW = 30  # pixels
LEAST_FOR_TEXT = 30  # pixels of width
LEAST_FOR_TICK = 28
SHORT = {"over_budget": "over", "failed": "fail", "not_reached": "–"}


def draw_heatmap(results, spec):
    """x goes across, series goes down."""
    chosen = select(results, spec, apart=(spec.x, spec.series))
    metric = results.metric(spec.y)
    numbers = [cell.estimate(spec.y).median for cell in chosen.cells if cell.estimate(spec.y)]
    scale = scale_for(metric.unit, [min(numbers, default=1.0)])
    steps = Steps([scale.value(number) for number in numbers])
    across, down = results.values(spec.x), results.values(spec.series)

    figure, axes = canvas.blank(ROW * len(down) + 50)
    for cell in chosen.cells:
        draw_cell(axes, across.index(cell.settings[spec.x]), down.index(cell.settings[spec.series]), cell,
                  Shades(spec.y, scale, steps, (canvas.WIDTH - 50) / len(across) >= LEAST_FOR_TEXT))
    set_axes(axes, spec, across, down)

    named = [(results.words({key: cell.settings[key] for key in (spec.x, spec.series)}), cell.estimate(spec.y))
             for cell in chosen.cells if cell.estimate(spec.y)]
    finding = extremes(metric, named)
    title = spec.title or title_of(metric, spec.series, spec.x)
    alt = f"{title}. {finding}"
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, subtitle_of(results, metric, scale, chosen.held),
                          steps.legend(scale), notes_of(chosen.cells, "Dashed edge"), finding)


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
                                 linewidth=0.8, hatch="...", alpha=0.35, gid=name))
        words, ink = SHORT.get(cell.state, "–"), canvas.MUTED
    else:
        value = shades.scale.value(estimate.median)
        step = shades.steps.at(value)
        axes.add_patch(Rectangle((column + 0.03, row + 0.04), 0.94, 0.92, facecolor=canvas.HEAT[step], gid=name,
                                 edgecolor=canvas.INK if cell.oversubscribed else "none", linestyle="dashed"))
        words, ink = compact(value) + ("*" if cell.state == "wide" else ""), canvas.HEAT_INK[step]
    if shades.written:
        axes.text(column + 0.5, row + 0.5, words, ha="center", va="center", color=ink, fontsize=10.5)


def set_axes(axes, spec, across, down):
    axes.set_xlim(0, len(across))
    axes.set_ylim(len(down), 0)
    step = -(-len(across) * LEAST_FOR_TICK // (canvas.WIDTH - 50))
    axes.set_xticks([place + 0.5 for place in range(0, len(across), step)], across[::step])
    axes.set_yticks([place + 0.5 for place in range(len(down))], down)
    canvas.name_x(axes, spec.x)
    axes.set_ylabel(spec.series)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
