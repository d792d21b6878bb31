"""What a figure shows on this host, in one sentence of plain words."""

from .units import digits, scale_for, with_unit

CLOSE = 1.03  # ratios below are not worth a word


def along(metric, spec, lines):
    """From the first to the last value of the x key, for each line."""
    words = []
    for value, cells in lines[:4]:
        if len(cells) < 2:
            continue
        first, last = cells[0], cells[-1]
        before, after = first.estimate(spec.y).median, last.estimate(spec.y).median
        scale = scale_for(metric.unit, [before, after])
        name = f"{spec.series} {value}, " if spec.series else ""
        change = f" ({digits(after / before)}×)" if before else ""
        words.append(f"{name}{spec.x} {first.settings[spec.x]} → {last.settings[spec.x]}: {scale.text(before)} → "
                     f"{scale.with_unit(after)}{change}")
    return sentence(words)


def extremes(metric, named):
    """The highest and the lowest of [(name, Estimate)], and whether they can be told apart."""
    if len(named) < 2:
        return ""
    ranked = sorted(named, key=lambda pair: pair[1].median)
    (low_name, low), (high_name, high) = ranked[0], ranked[-1]
    if low.median <= 0 or high.median / low.median < CLOSE:
        return "All the same, within 3%." if low.median > 0 else ""
    ends = [f"lowest {low_name}, {with_unit(metric.unit, low.median)}",
            f"highest {high_name}, {with_unit(metric.unit, high.median)}"]
    told = "; ".join(ends if metric.better == "lower" else reversed(ends))
    overlap = ", but their intervals overlap" if low.high > high.low else ""
    return f"{told[0].upper()}{told[1:]}: {digits(high.median / low.median)}× apart{overlap}."


def sentence(words):
    text = "; ".join(word for word in words if word)
    return f"{text[0].upper()}{text[1:]}." if text else ""
