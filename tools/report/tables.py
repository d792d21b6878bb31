"""Tables of a report: medians with their intervals, and what to know about a cell beside its name."""

from dataclasses import dataclass, field

from .results import STATE_WORDS
from .units import digits, scale_for

MAIN = ("x_real_time", "wall_seconds", "speed_up", "batch_latency_p90_seconds", "peak_pss_bytes", "memory_ratio",
        "cpu_utilisation")
EARLIER = {"batch_latency_p90_seconds": "segment_latency_p90_seconds"}  # of results that know of no batches


@dataclass
class Mark:
    kind: str
    words: str


@dataclass
class Value:
    text: str
    interval: str = ""


@dataclass
class Row:
    name: str
    kind: str = ""
    marks: list = field(default_factory=list)
    values: list = field(default_factory=list)
    why: str = ""


@dataclass
class Table:
    title: str
    heads: list
    rows: list
    folded: bool = False


def tables_of(results):
    every = [name for name in results["metrics"] if results.has(name)]
    wanted = [name if name in every else EARLIER.get(name, name) for name in MAIN]
    main = [name for name in wanted if name in every] or every[:6]
    tables = [metrics_table(results, "Cells", main)]
    if len(every) > len(main):
        tables.append(metrics_table(results, "Every metric of every cell", every, folded=True))
    cold = [cell for cell in results.cells if cell.cold]
    if cold:
        tables.append(cold_table(results, cold))
    outputs = results.document.get("output_groups", [])
    if outputs:
        tables.append(outputs_table(outputs))
    return tables


def metrics_table(results, title, names, folded=False):
    scales = [scale_for(results.metric(name).unit, [cell.estimate(name).median for cell in results.cells
                                                    if cell.estimate(name)]) for name in names]
    heads = ["cell", *(head_of(results.metric(name), scale) for name, scale in zip(names, scales))]
    rows = [Row(results.name_of(cell), kind_of(results, cell), marks_of(results, cell),
                [value_of(cell.estimate(name), scale) for name, scale in zip(names, scales)],
                "" if cell.metrics else cell.why or STATE_WORDS.get(cell.state, "")) for cell in results.cells]
    return Table(title, heads, rows, folded)


def head_of(metric, scale):
    return f"{metric.title}, {scale.unit}" if scale.unit and scale.unit not in metric.title else metric.title


def value_of(estimate, scale):
    if estimate is None:
        return Value("–")
    interval = "" if estimate.low == estimate.high else f"{scale.text(estimate.low)} – {scale.text(estimate.high)}"
    return Value(scale.text(estimate.median), interval)


def kind_of(results, cell):
    return "baseline" if cell is results.baseline else "best" if cell is results.answer_cell else ""


def marks_of(results, cell):
    marks = [Mark("baseline", "baseline")] if cell is results.baseline else []
    # Not the highest median: that may be of an oversubscribed cell, of other work, or chance.
    marks += [Mark("best", "in the answer")] if cell is results.answer_cell else []
    marks += [Mark("oversubscribed", "oversubscribed")] if cell.oversubscribed else []
    marks += [Mark(cell.state, STATE_WORDS[cell.state])] if cell.state in STATE_WORDS else []
    return marks


def cold_table(results, cells):
    names = [name for name in ("wall_seconds", "x_real_time") if any(name in cell.cold for cell in cells)]
    heads = ["cell", *(f"{results.metric(name).title}, {kind}" for name in names for kind in ("cold", "warm"))]
    rows = []
    for cell in cells:
        values = []
        for name in names:
            warm = cell.estimate(name)
            scale = scale_for(results.metric(name).unit, [cell.cold.get(name, 1.0)])
            values += [Value(scale.with_unit(cell.cold[name]) if name in cell.cold else "–"),
                       Value(scale.with_unit(warm.median) if warm else "–")]
        rows.append(Row(results.name_of(cell), values=values))
    return Table("Cold cache: inputs read from the disk", heads, rows)


def outputs_table(outputs):
    """Differences are from the first group's output; a group that is not equal has a row more for those within it."""
    with_vectors = any(part.get("largest_vector_difference") is not None for group in outputs
                       for part in (group, group.get("within") or {}))
    heads = ["settings that shape results", "cells", "bytes", "largest score difference"]
    heads += ["largest difference of a vector's component", "smallest cosine similarity"] if with_vectors else []
    rows = []
    for group in outputs:
        name = ", ".join(f"{key} {value}" for key, value in group["result_keys"].items()) or "all cells"
        equal = group["bytes_equal"]
        values = [Value(str(len(group["cells"]))), Value("equal" if equal else "differ")]
        rows.append(Row(name, marks=[] if equal else [Mark("differs", "differs")],
                        values=values + differences_of(group, with_vectors)))
        if group.get("within"):
            odd = group.get("odd_cells", [])
            names = "; ".join(odd[:3]) + ("; and others" if len(odd) > 3 else "")
            rows.append(Row(f"{name}, within: {names} against {group['cells'][0]}",
                            values=[Value(str(len(odd))), Value("differ"),
                                    *differences_of(group["within"], with_vectors)]))
    return Table("Output", heads, rows)


def differences_of(part, with_vectors):
    values = [Value(small(part.get("largest_score_difference")))]
    if with_vectors:
        cosine = part.get("smallest_cosine")
        values += [Value(small(part.get("largest_vector_difference"))),
                   Value("–" if cosine is None else f"{cosine:.6f}")]
    return values


def small(difference):
    if difference is None:
        return "–"
    return digits(difference) if difference >= 1e-3 else f"{difference:.1e}" if difference else "0"
