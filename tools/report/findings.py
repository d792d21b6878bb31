"""What a figure shows on this host, in one sentence of plain words."""

from .units import digits, scale_for, with_unit

CLOSE = 1.03  # ratios below are not worth a word


def along(results, spec, lines):
    """From the first to the last value of the x key, for each line."""
    metric, words = results.metric(spec.y), []
    for value, cells in lines[:4]:
        if len(cells) < 2:
            continue
        first, last = cells[0], cells[-1]
        before, after = first.estimate(spec.y).median, last.estimate(spec.y).median
        scale = scale_for(metric.unit, [before, after])
        name = f"{results.words({spec.series: value})}, " if spec.series else ""
        told = [f"{digits(after / before)}×"] if before else []
        told += best_between(metric, spec, cells, scale)
        words.append(f"{name}{spec.x} {first.settings[spec.x]} → {last.settings[spec.x]}: {scale.text(before)} → "
                     f"{scale.with_unit(after)}" + (f" ({', '.join(told)})" if told else ""))
    return sentence(words)


def best_between(metric, spec, cells, scale):
    """Where a line turns: its best, if neither end comes near it."""
    if not metric.better:
        return []
    medians = [cell.estimate(spec.y).median for cell in cells]
    choose, sign = (max, 1) if metric.better == "higher" else (min, -1)
    best = choose(range(len(medians)), key=medians.__getitem__)
    clear = min(medians) > 0 and all((medians[best] / end) ** sign > CLOSE for end in (medians[0], medians[-1]))
    return [f"best {scale.with_unit(medians[best])} at {cells[best].settings[spec.x]}"] if clear else []


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
    return f"{capital(told)}: {digits(high.median / low.median)}× apart{overlap}."


def sentence(words):
    text = "; ".join(word for word in words if word)
    return f"{capital(text)}." if text else ""


def capital(text):
    """With a capital first letter, unless it begins with the name of a key."""
    return text[0].upper() + text[1:] if text.split()[0].rstrip(",:").isalpha() else text
