"""What a search found, in docs/experiments.md."""

from .markdown import image_of, plain, published_line, quoted
from .selection import spec_of
from .tuning import drawings_of
from .units import digits


def search_of(one, files):
    """What `rookery tune` found, beside the claims that no figure of the sweep names."""
    parts = ["### The search", "\n".join(map(published_line, of_the_search(one)))]
    if not one.tuning:
        return [*parts, "**Not measured on this host yet.**"]
    parts += [quoted(one.tuning["answer"]), *in_the_sweep(one)]
    for number, drawing in enumerate(drawings_of(one.tuning), start=1):
        drawing.title = f"Search: {drawing.title[0].lower()}{drawing.title[1:]}"
        parts += [image_of(one, f"tune-{number}", drawing, files), f"- **This host:** {plain(drawing.finding)}"]
    return parts


def of_the_search(one):
    if "tune" not in one.config:
        return []
    named = {number for entry in one.config.get("figures", []) for number in spec_of(entry).published}
    return [claim for number, claim in enumerate(one.config.get("published", []), start=1) if number not in named]


def in_the_sweep(one):
    """How the cell that was found does in the table of the sweep; of a replay the answer says it."""
    goal, best = one.tuning["goals"][0], one.tuning["best"]
    if not one.results or not best or not best["feasible"] or one.tuning["exhaustive"] or goal["better"] != "higher":
        return []
    told = [cell for cell in one.results.cells if cell.measured and cell.estimate(goal["metric"])]
    found = one.results.where(best["cell"], told)
    if not found:
        return ["The sweep has no number of the cell that was found."]
    top = max(told, key=lambda cell: cell.estimate(goal["metric"]).median)
    has, most = (cell.estimate(goal["metric"]).median for cell in (found[0], top))
    return [f"In the table of the sweep the cell that was found has {digits(has)}, {has / most:.1%} of the best there "
            f"({plain(one.results.name_of(top))}, {digits(most)}), after {len(one.tuning['history'])} of "
            f"{one.tuning['cells']} cells."]
