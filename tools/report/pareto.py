"""Two metrics against each other, a point for each cell; the line joins those that no other beats in both."""

from . import canvas
from .findings import sentence
from .lines import notes_of
from .selection import groups
from .units import scale_for

HEIGHT = 240
X_METRICS = ("peak_pss_bytes", "peak_rss_bytes")


def draw_pareto(results, spec):
    x_name = spec.x or next(filter(results.has, X_METRICS), "")
    y_name = spec.y or "x_real_time"
    cells = [cell for cell in results.where(dict(spec.where)) if cell.estimate(x_name) and cell.estimate(y_name)]
    if not cells:
        return None
    across, up = results.metric(x_name), results.metric(y_name)
    scales = [scale_for(metric.unit, [cell.estimate(metric.name).median for cell in cells]) for metric in (across, up)]
    series = spec.series or first_series(results)

    figure, axes = canvas.blank(HEIGHT)
    found = groups(results, cells, series)
    for number, (_, some) in enumerate(found):
        draw_points(axes, number, some, (across.name, up.name), scales)
    front = front_of(cells, across, up)
    places = [[scale.value(cell.estimate(metric.name).median) for metric, scale in zip((across, up), scales)]
              for cell in front]
    axes.plot(*zip(*places), color=canvas.MUTED, linewidth=1, linestyle=(0, (4, 3)), gid="mark-front", zorder=1)
    canvas.name_x(axes, f"{across.title} in {scales[0].unit}" if scales[0].unit else across.title)
    axes.grid(axis="both")
    near = [which for which in "xy" if canvas.begin_near(axes, which)]

    title = spec.title or f"{up.title[0].upper()}{up.title[1:]}, against {across.title}"
    finding = sentence(["No cell beats these in both: " + "; ".join(results.name_of(cell) for cell in front[:4])
                        + (f" and {len(front) - 4} more" if len(front) > 4 else "")])
    alt = f"{title}. {finding}"
    unit = f" in {scales[1].unit}" if scales[1].unit else ""
    subtitle = (f"upwards {up.title}{unit}, {up.better} is better · to the right {across.better} is better · "
                "dashed: the front")
    legend = [canvas.LegendEntry(results.words({series: value}), number, "points")
              for number, (value, _) in enumerate(found) if series]
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, subtitle, legend,
                          [*notes_of(cells), *(["Not all axes begin at zero."] if near else [])], finding, cells=cells)


def first_series(results):
    """The first key that tells cells apart and has no more values than there are colours."""
    fitting = [key for key in results.varying_keys if len(results.values(key)) <= canvas.SERIES_COUNT]
    words = [key for key in fitting if not results.is_numeric(key)]
    return (words or fitting or [""])[0]


def draw_points(axes, number, cells, names, scales):
    for hollow in (False, True):
        points = [[scale.value(cell.estimate(name).median) for name, scale in zip(names, scales)]
                  for cell in cells if cell.oversubscribed == hollow]
        if points:
            axes.plot(*zip(*points), linestyle="none", marker=canvas.marker_of(number),
                      color=canvas.colour_of(number), gid=f"mark-points-{number}-{int(hollow)}",
                      markerfacecolor=canvas.PANEL if hollow else canvas.colour_of(number))


def front_of(cells, across, up):
    """In the order of `across`, best first."""
    def cost(cell, metric):
        median = cell.estimate(metric.name).median
        return -median if metric.better == "higher" else median
    front, best = [], float("inf")
    for cell in sorted(cells, key=lambda cell: (cost(cell, across), cost(cell, up))):
        if cost(cell, up) < best:
            front.append(cell)
            best = cost(cell, up)
    return front
