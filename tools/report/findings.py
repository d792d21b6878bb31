"""What a figure shows on this host, in one sentence of plain words."""

from .selection import groups
from .units import digits, scale_for, with_unit

LEAST_RUNS = 3
MOST_LINES = 4
MAY_BE_CHANCE = "may be chance"
CLOSE = 1.03  # ratios below are not worth a word
FAR = 2  # so many times as much is no chance even of single runs: five equal ones reached over 56% at most (tune-space)
ALIKE = "All the same, within 3%."


def along(results, spec, lines):
    """From the first to the last value of the x key, for each line; of many lines for the first few."""
    lines = [(value, cells) for value, cells in lines if len(cells) > 1]
    words = [along_one(results, spec, value, cells) for value, cells in lines[:MOST_LINES]]
    more = len(lines) - MOST_LINES
    if more > 0:
        words.append("one more line is in the figure" if more == 1 else f"{more} more lines are in the figure")
    return sentence(words)


def along_one(results, spec, value, cells):
    metric, first, last = results.metric(spec.y), cells[0], cells[-1]
    before, after = (cell.estimate(spec.y) for cell in (first, last))
    scale = scale_for(metric.unit, [before.median, after.median])
    name = f"{results.words({spec.series: value})}, " if spec.series else ""
    told = [f"{digits(after.median / before.median)}×"] if before.median else []
    told += [MAY_BE_CHANCE] if overlap(before, after) else []
    told += best_between(metric, spec, cells, scale)
    return (f"{name}{spec.x} {first.settings[spec.x]} → {last.settings[spec.x]}: {scale.text(before.median)} → "
            f"{scale.with_unit(after.median)}" + (f" ({', '.join(told)})" if told else ""))


def best_between(metric, spec, cells, scale):
    """Where a line turns: its best, if neither end comes near it."""
    if not metric.better:
        return []
    medians = [cell.estimate(spec.y).median for cell in cells]
    choose, sign = (max, 1) if metric.better == "higher" else (min, -1)
    best = choose(range(len(medians)), key=medians.__getitem__)
    clear = min(medians) > 0 and all((medians[best] / end) ** sign > CLOSE for end in (medians[0], medians[-1]))
    if not clear:
        return []
    blurred = any(overlap(cells[best].estimate(spec.y), end.estimate(spec.y)) for end in (cells[0], cells[-1]))
    return [f"best {scale.with_unit(medians[best])} at {cells[best].settings[spec.x]}"
            + (f", which {MAY_BE_CHANCE}" if blurred else "")]


def extremes(metric, named):
    """The highest and the lowest of [(name, Estimate)], and whether they can be told apart."""
    if len(named) < 2:
        return ""
    ranked = sorted(named, key=lambda pair: pair[1].median)
    (low_name, low), (high_name, high) = ranked[0], ranked[-1]
    if low.median <= 0 or high.median / low.median < CLOSE:
        return ALIKE if low.median > 0 else ""
    ends = [f"lowest {low_name}, {with_unit(metric.unit, low.median)}",
            f"highest {high_name}, {with_unit(metric.unit, high.median)}"]
    told = "; ".join(ends if metric.better == "lower" else reversed(ends))
    blurred = f", but that {MAY_BE_CHANCE}" if overlap(low, high) else ""
    return f"{capital(told)}: {digits(high.median / low.median)}× apart{blurred}."


def against(results, spec, cells):
    """Ratios: of words on the x key to the baseline's word, line by line; of numbers to the baseline itself."""
    if results.is_numeric(spec.x):
        lines, told = [("", results.baseline, cells)] if results.baseline in cells else [], "the baseline"
        named = {cell.id: results.words({key: cell.settings[key] for key in (spec.x, spec.series) if key})
                 for cell in cells}
    else:
        usual = results.baseline.settings.get(spec.x, "")
        told, named = results.words({spec.x: usual}), {cell.id: results.words({spec.x: cell.settings[spec.x]})
                                                       for cell in cells}
        lines = [(results.words({spec.series: value}), cell, some)
                 for value, some in groups(results, cells, spec.series)
                 for cell in some if cell.settings[spec.x] == usual]
    words = [f"{name}: {ratios}" if name else ratios for name, reference, some in lines
             if (ratios := ratios_of(reference, some, spec.y, named))]
    return f"Against {told}: {'; '.join(words)}." if words else ""


def ratios_of(reference, cells, metric, named):
    """First those that can be told from 1."""
    base = reference.estimate(metric)
    others = [(named[cell.id], cell.estimate(metric)) for cell in cells
              if cell is not reference and cell.estimate(metric)]
    if not base or base.median <= 0:
        return ""
    between = "; " if any("," in name for name, _ in others) else ", "
    told = [(f"{name} {digits(one.median / base.median)}×", overlap(one, base)) for name, one in others]
    clear, unclear = (between.join(words for words, blurred in told if blurred == wanted) for wanted in (False, True))
    if not unclear:
        return clear
    return f"{clear} ({MAY_BE_CHANCE}: {unclear})" if clear else f"{MAY_BE_CHANCE}: {unclear}"


def overlap(one, other):
    """Whether it may be chance that they differ."""
    if one.low <= other.high and other.low <= one.high:
        return True
    small, large = sorted((one.median, other.median))
    return min(one.runs, other.runs) < LEAST_RUNS and large < FAR * small


def sentence(words):
    text = "; ".join(word for word in words if word)
    return f"{capital(text)}." if text else ""


def capital(text):
    """With a capital first letter, unless it begins with the name of a key."""
    return text[0].upper() + text[1:] if text.split()[0].rstrip(",:").isalpha() else text
