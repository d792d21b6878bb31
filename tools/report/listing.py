"""Cells named in as few words as tell them apart."""

MOST = 6


def named_by_series(results, cells, spec, shown):
    """"intra_op 4: workers 1, 2; intra_op 8: all" for cells of a figure with these `shown`."""
    if not (spec.x or spec.series) or spec.kind == "pareto":
        return named(results, cells)
    words = []
    for value in results.values(spec.series) if spec.series else [None]:
        line = [cell for cell in shown if value is None or cell.settings[spec.series] == value]
        some = [cell for cell in cells if cell in line]
        if some:
            values = [results.shown(spec.x, cell.settings[spec.x]) for cell in some] if spec.x else []
            places = "all" if len(some) == len(line) > 1 else f"{spec.x} {', '.join(values)}" if values else ""
            name = results.words({spec.series: value}) if spec.series else ""
            words.append(": ".join(part for part in (name, places) if part))
    return "; ".join(words)


def named(results, cells):
    """Names of cells; what all of them share comes first."""
    keys = results.varying_keys
    shared = [key for key in keys if len(cells) > 1 and len({cell.settings.get(key) for cell in cells}) == 1]
    names = [results.name_of(cell, without=shared) for cell in cells[:MOST]]
    more = [f"{len(cells) - MOST} more"] if len(cells) > MOST else []
    told = {key: cells[0].settings[key] for key in shared if cells[0].settings.get(key, "unset") != "unset"}
    return (f"with {results.words(told)}: " if told else "") + "; ".join(names + more)
