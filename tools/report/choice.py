"""Which figures a page shows: those that the config names, or what its matrix suggests."""

from dataclasses import replace

from .bars import draw_bars
from .heatmap import draw_heatmap
from .lines import draw_lines
from .memory import MOST_LINES, draw_memory
from .pareto import X_METRICS, draw_pareto
from .rows import draw_latency, draw_stages
from .selection import FigureSpec, spec_of

DRAW = {"lines": draw_lines, "bars": draw_bars, "heatmap": draw_heatmap, "memory": draw_memory,
        "latency": draw_latency, "pareto": draw_pareto, "stages": draw_stages}
SPEED = ("x_real_time", "segments_per_second", "wall_seconds")
MEMORY = ("peak_pss_bytes", "peak_rss_bytes")
MOST_BARS = 4


def figures_of(results):
    """Drawings, in the page's order."""
    asked = [spec_of(entry) for entry in results["figures"]]
    named = {spec.kind for spec in asked}
    specs = asked + [spec for spec in suggested(results) if not asked or spec.kind in ALWAYS - named]
    return [drawing for _, drawing in drawn(results, specs)]


def drawn(results, specs):
    """[(spec, drawing)]; figures that have nothing to show are left out: a run may have ended before there was
    anything, or the host may not tell it."""
    specs = [with_metric(results, spec) for spec in specs]
    pairs = [(spec, DRAW[spec.kind](results, spec)) for spec in specs]
    pairs = [(spec, drawing) for spec, drawing in pairs if drawing]
    attach_published(results, pairs)
    return pairs


ALWAYS = {"pareto", "stages", "latency"}


def with_metric(results, spec):
    """What the config leaves open, filled in."""
    if spec.kind == "memory" and not (spec.x or spec.series):
        x, _, series = memory_keys(results)
        return replace(spec, x=x, series=series)
    if spec.y or spec.kind not in ("lines", "bars", "heatmap"):
        return spec
    return replace(spec, y=speed_of(results))


def speed_of(results):
    return next((name for name in SPEED if results.has(name)), SPEED[0])


def suggested(results):
    specs = [*speed_specs(results), *cost_specs(results)]
    if results.has("batch_latency_p50_seconds") or results.has("segment_latency_p50_seconds"):
        specs.append(FigureSpec("latency"))
    if any(cell.memory for cell in results.cells):
        specs.append(FigureSpec("memory", *memory_keys(results)))
    if any(results.has(name) for name in X_METRICS) and results.has("x_real_time"):
        specs.append(FigureSpec("pareto"))
    if results.has("cpu_forward_seconds"):
        specs.append(FigureSpec("stages"))
    return specs


def memory_keys(results):
    """(x, y, series) that tell lines apart: two keys if there are colours enough."""
    words = [key for key in results.varying_keys if not results.is_numeric(key)][:2] or results.varying_keys[:1]
    if len(words) == 2 and len(results.values(words[0])) * len(results.values(words[1])) > MOST_LINES:
        words = words[1:]
    return (*words, "", "")[0], "", (*words, "", "")[1]


def first_words(results):
    return next((key for key in results.varying_keys if not results.is_numeric(key)), "")


def speed_specs(results):
    speed = speed_of(results)
    numeric = [key for key in results.varying_keys if results.is_numeric(key)]
    words = [key for key in results.varying_keys if key not in numeric]
    if len(numeric) >= 2 and min(len(results.values(key)) for key in numeric[:2]) >= 3:
        yield FigureSpec("heatmap", numeric[0], speed, numeric[1])
    if numeric:
        series = next(iter([*words, *numeric[1:]]), "")
        yield FigureSpec("lines", numeric[0], speed, series)
        if numeric[0] == "workers" and results.has("efficiency"):
            yield FigureSpec("lines", "workers", "efficiency", series)
    for key in words[:MOST_BARS]:
        yield FigureSpec("bars", key, speed, bar_series(results, numeric))


def cost_specs(results):
    memory = next((name for name in MEMORY if results.has(name)), None)
    key = first_words(results) or next(iter(results.varying_keys), "")
    if memory and key:
        numeric = [other for other in results.varying_keys if results.is_numeric(other) and other != key]
        yield FigureSpec("bars", key, memory, bar_series(results, numeric))


def bar_series(results, numeric):
    return next((key for key in numeric if len(results.values(key)) <= MOST_BARS), "")


def attach_published(results, pairs):
    """Each claim stands beside the figures that name it, and beside the first if none does."""
    for number, claim in enumerate(results["published"], start=1):
        beside = [drawing for spec, drawing in pairs if number in spec.published]
        for drawing in beside or [drawing for _, drawing in pairs[:1]]:
            drawing.published.append(claim)
