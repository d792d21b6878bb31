"""Memory of the tree over time, a line for each cell: of the run with the median wall time."""

from matplotlib.ticker import MaxNLocator

from . import canvas
from .findings import extremes
from .lines import notes_of, set_y
from .results import Estimate, Metric
from .selection import select
from .units import scale_for

HEIGHT = 220
MOST_LINES = 12
MOST_POINTS = 240
RSS = (1, "resident memory (RSS)", "peak_rss_bytes")
ANON = (2, "anonymous memory (RssAnon)", "peak_anon_bytes")
PSS = (3, "memory (PSS)", "peak_pss_bytes")
SHMEM = (4, "shared memory (RssShmem)", "peak_shmem_bytes")
COLUMNS = {"peak_rss_bytes": RSS, "mean_rss_bytes": RSS, "peak_anon_bytes": ANON, "mean_anon_bytes": ANON,
           "peak_pss_bytes": PSS, "peak_shmem_bytes": SHMEM}
ONE_RUN = "Lines are of one run each, that with the median wall time."
PEAK = Metric("peak", "peak memory", "B", "lower")
LEAST_POINTS = 3


def draw_memory(results, spec):
    chosen = select(results, spec, apart=(spec.x, spec.series))
    column, what, peak = COLUMNS[spec.y] if spec.y in COLUMNS else best_column(chosen.cells)
    with_lines = [cell for cell in chosen.cells if points_of(cell, column)]
    if not with_lines:
        return None
    cells = with_lines[:MOST_LINES]
    rows = [thinned(points_of(cell, column)) for cell in cells]
    scale = scale_for("B", [size for points in rows for _, size in points])

    figure, axes = canvas.blank(HEIGHT)
    for number, points in enumerate(rows):
        axes.plot([second for second, _ in points], [scale.value(size) for _, size in points],
                  color=canvas.colour_of(number), linewidth=1.5, gid=f"mark-line-{number}",
                  linestyle=canvas.DASHES[dash_of(number)])
    axes.set_xlabel("seconds")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    set_y(axes, [0])

    names = [words_of(results, cell, chosen) for cell in cells]
    finding = extremes(PEAK, [(name, peak_of(cell, peak, points)) for name, cell, points in zip(names, cells, rows)])
    finding = finding and f"Peak: {finding[0].lower()}{finding[1:]}"
    title = spec.title or "Memory over time"
    alt = f"{title}: {what}. {finding}"
    legend = [canvas.LegendEntry(name, number, "line", dash_of(number)) for number, name in enumerate(names)]
    held = results.words(chosen.held)
    subtitle = f"{what} of all processes, in {scale.unit}" + (f" · with {held}" if held else "")
    left_out = len(with_lines) - len(cells)
    notes = [ONE_RUN, *([f"Cells that are not drawn: {left_out}."] if left_out > 0 else [])]
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, subtitle, legend,
                          notes + [note for note in notes_of(chosen.cells) if "Hollow" not in note], finding,
                          cells=chosen.cells)


def best_column(cells):
    """PSS, which counts shared pages once, where there are readings enough to draw a line of."""
    enough = all(len(points_of(cell, PSS[0])) >= LEAST_POINTS for cell in cells if cell.memory)
    return PSS if enough else RSS


def points_of(cell, column):
    """(seconds, bytes): PSS is not in every row, RssShmem not in rows of earlier results."""
    return [(row[0], row[column]) for row in cell.memory if column < len(row) and row[column] is not None]


def peak_of(cell, metric, points):
    """Over all runs of the cell, if they tell it; the line alone is one run, which proves nothing."""
    highest = max(size for _, size in points)
    return cell.estimate(metric) or Estimate(highest, highest, highest, 1)


def dash_of(number):
    """Neighbours differ in it too, not in colour alone."""
    return number % 2 if number < canvas.SERIES_COUNT else 2


def words_of(results, cell, chosen):
    name = results.name_of(cell, without=chosen.held)
    return f"{name} (oversubscribed)" if cell.oversubscribed else name


def thinned(points):
    """The highest of each stretch, so that no peak is lost."""
    stretch = -(-len(points) // MOST_POINTS)
    return [max(points[at:at + stretch], key=lambda point: point[1]) for at in range(0, len(points), stretch or 1)]


