"""Figures with a row for each cell: latency quantiles, CPU time by stage."""

from . import canvas
from .bars import ROW, Rows, leave_room
from .findings import extremes, sentence
from .lines import notes_of
from .selection import select
from .units import scale_for

MOST_ROWS = 12
HALF_MARK = 4  # pixels
STAGES = ("probe", "decode", "resample", "front_end", "forward", "reduce", "supervisor", "outside_stages")
OUTSIDE = "outside the stages"
QUANTILES = ("p50", "p90", "p99")
LATENCIES = {"batch": "Latency of a batch, in its worker", "segment": "Latency of a segment, dispatch to result",
             "recording": "Latency of a recording, admitted to ended"}


def rows_of(results, spec, metric):
    """Cells to show: those the figure asks for, or the baseline and what differs from it in one key."""
    if spec.x or spec.series:
        chosen = select(results, spec, apart=(spec.x, spec.series))
        cells, held = [cell for cell in chosen.cells if metric in cell.metrics], chosen.held
    else:
        cells, held = [cell for cell in results.where(dict(spec.where)) if metric in cell.metrics], {}
        cells = near_baseline(results, cells)
    return cells[:MOST_ROWS], held, len(cells) - MOST_ROWS


def near_baseline(results, cells):
    def distance(cell):
        return sum(cell.settings.get(key) != results.baseline.settings.get(key) for key in results.varying_keys)
    near = [cell for cell in cells if distance(cell) <= 1]
    return cells if len(cells) <= MOST_ROWS or not near else near


def named_rows(results, cells, held):
    return [(" · ".join([results.name_of(cell, held), *cell.remarks()]), [cell]) for cell in cells]


def with_words(results, held):
    return f"with {results.words(held)}" if held else ""


def notes_with(cells, left_out):
    notes = [note for note in notes_of(cells) if "Hollow" not in note]
    return notes + ([f"{left_out} more cells are in the table."] if left_out > 0 else [])


def latency_stem(results, spec):
    asked = spec.y.partition("_latency")[0]
    if asked in LATENCIES:
        return f"{asked}_latency"
    # Earlier results know of no batches.
    return "batch_latency" if results.has("batch_latency_p50_seconds") else "segment_latency"


def draw_latency(results, spec):
    """Median and tail of a worker's time for a batch, or of another metric with quantiles."""
    stem = latency_stem(results, spec)
    names = [f"{stem}_{quantile}_seconds" for quantile in QUANTILES]
    cells, held, left_out = rows_of(results, spec, names[-1])
    if not cells:
        return None
    longest = max(cell.estimate(names[-1]).median for cell in cells)
    scale = scale_for("s", [longest])
    rows = Rows(named_rows(results, cells, held))

    figure, axes = rows.axes()
    ends = []
    for place, cell in rows.places():
        values = [scale.value(cell.estimate(name).median) for name in names]
        axes.plot(values, [place] * 3, color=canvas.MUTED, linewidth=1.5, gid=f"mark-span-{place:.0f}")
        for number, value in enumerate(values):
            axes.plot([value], [place], marker=canvas.marker_of(number), color=canvas.colour_of(number),
                      gid=f"mark-quantile-{number}-{place:.0f}")
        words = " / ".join(scale.text(cell.estimate(name).median) for name in names)
        axes.annotate(words, (values[-1], place), xytext=(8, -0.5), textcoords="offset points", va="center")
        ends.append((values[-1], words))
    rows.write_names(axes)
    leave_room(axes, ends)
    axes.set_xlim(left=-HALF_MARK / canvas.WIDTH * axes.get_xlim()[1])

    title = spec.title or LATENCIES[stem.partition("_")[0]]
    finding = extremes(results.metric(names[-1]),
                       [(results.name_of(cell, held), cell.estimate(names[-1])) for cell in cells])
    finding = finding and f"99%: {finding[0].lower()}{finding[1:]}"
    words = [f"median, 90% and 99% quantile in {scale.unit}, lower is better", with_words(results, held)]
    alt = f"{title}. {finding}"
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, " · ".join(word for word in words if word),
                          [canvas.LegendEntry(name, number, "points") for number, name in enumerate(QUANTILES)],
                          notes_with(cells, left_out), finding, cells=cells)


def draw_stages(results, spec):
    """CPU seconds of each stage, stacked."""
    stages = [stage for stage in STAGES if results.has(f"cpu_{stage}_seconds")]
    cells, held, left_out = rows_of(results, spec, "cpu_forward_seconds")
    if not cells:
        return None
    totals = {cell.id: sum(seconds_of(cell, stage) for stage in stages) for cell in cells}
    scale = scale_for("s", totals.values())
    rows = Rows(named_rows(results, cells, held))

    figure, axes = rows.axes()
    for place, cell in rows.places():
        left = 0.0
        for number, stage in enumerate(stages):
            length = scale.value(seconds_of(cell, stage))
            axes.barh(place, length, left=left, height=ROW - 3, color=canvas.colour_of(number),
                      gid=f"mark-{stage}-{place:.0f}")
            left += length
        axes.annotate(scale.text(totals[cell.id]), (left, place), xytext=(4, -0.5), textcoords="offset points",
                      va="center")
    rows.write_names(axes)
    leave_room(axes, [(scale.value(total), scale.text(total)) for total in totals.values()])

    title = spec.title or "CPU time by stage"
    finding = largest_stage(cells, stages, results, held)
    words = [f"CPU {scale.unit}, all workers together, lower is better", with_words(results, held)]
    alt = f"{title}. {finding}"
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, " · ".join(word for word in words if word),
                          [canvas.LegendEntry(name_of_stage(stage), number, "patch")
                           for number, stage in enumerate(stages)],
                          [*notes_with(cells, left_out), *notes_of_stages(stages)], finding, cells=cells)


def seconds_of(cell, stage):
    estimate = cell.estimate(f"cpu_{stage}_seconds")
    return estimate.median if estimate else 0.0


def notes_of_stages(stages):
    return [f"{OUTSIDE.capitalize()}: further threads of operators (intra_op above 1), waiting and spinning."
            ] if "outside_stages" in stages else []


def name_of_stage(stage):
    return OUTSIDE if stage == "outside_stages" else stage.replace("_", " ")


def largest_stage(cells, stages, results, held):
    words = []
    for cell in cells[:1]:
        shares = {stage: seconds_of(cell, stage) for stage in stages}
        whole = sum(shares.values())
        largest = max(shares, key=shares.get)
        if whole:
            words.append(f"{results.name_of(cell, held)}: {name_of_stage(largest)} takes "
                         f"{shares[largest] / whole:.0%} of the CPU time")
    return sentence(words)
