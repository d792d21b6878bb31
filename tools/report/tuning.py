"""Figures of `rookery tune`: how the search came to its best, which keys matter, and what beats what."""

from matplotlib.ticker import MaxNLocator

from . import canvas
from .bars import Rows, draw_amount, leave_room
from .lines import OVERSUBSCRIBED, set_y
from .pareto import HEIGHT as PARETO_HEIGHT
from .units import digits, scale_for, with_unit

HEIGHT = 220


def drawings_of(tuning):
    drawings = [draw_convergence(tuning)]
    if tuning["importance"]:
        drawings.append(draw_importance(tuning))
    if len(tuning["goals"]) > 1:
        drawings.append(draw_front(tuning))
    return drawings


def measured(tuning):
    return [row for row in tuning["history"] if row["values"]]


def draw_convergence(tuning):
    """Every cell's value in the order it was asked for, and the best so far."""
    goal, rows = tuning["goals"][0], measured(tuning)
    scale = scale_for(goal["unit"], [row["values"][0] for row in rows])
    exhaustive = tuning.get("exhaustive")

    figure, axes = canvas.blank(HEIGHT)
    for number, kind in enumerate(("kept", "hopeless", "infeasible")):
        points = [(row["trial"] + 1, scale.value(row["values"][0])) for row in rows if kind_of(row) == kind]
        if points:
            axes.plot(*zip(*points), linestyle="none", marker=canvas.marker_of(number), gid=f"mark-{kind}",
                      color=canvas.colour_of(number), markerfacecolor=canvas.PANEL if number else None)
    bests = [(row["trial"] + 1, scale.value(row["best"])) for row in rows if row["best"] is not None]
    if bests:
        axes.step(*zip(*bests), where="post", color=canvas.colour_of(0), gid="mark-best")
    if exhaustive:
        axes.axhline(scale.value(exhaustive["best_value"]), color=canvas.MUTED, linewidth=1, gid="mark-exhaustive",
                     linestyle=(0, (4, 3)))
    crossed = [(row["trial"] + 1, scale.value(row["values"][0])) for row in rows if row.get("oversubscribed")]
    if crossed:  # hollow says something else here
        axes.plot(*zip(*crossed), linestyle="none", marker="x", color=canvas.INK, gid="mark-oversubscribed", zorder=3)
    axes.set_xlabel("cells asked for")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    set_y(axes, [0])

    finding = came_when(tuning)
    title = f"{goal['title'][0].upper()}{goal['title'][1:]}, cell by cell"
    legend = [canvas.LegendEntry(words, number, "points") for number, words in
              enumerate(("measured", "given up after one run", "beyond the limit"))
              if any(kind_of(row) == ("kept", "hopeless", "infeasible")[number] for row in rows)]
    notes = ["Line: the best so far." + (" Dashed: the best of the exhaustive sweep." if exhaustive else "")]
    notes += [f"Crossed: {OVERSUBSCRIBED}"] if crossed else []
    alt = f"{title}. {finding}"
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, direction_words(goal, scale), legend, notes, finding)


def came_when(tuning):
    best = tuning["best"]
    if not best:
        return "No cell was measured."
    said = "The best cell was" if best["feasible"] else "No cell keeps the limit; nearest to it came"
    return (f"{said} the {ordinal(best['trial'] + 1)} of {len(tuning['history'])} asked for, of {tuning['cells']} in "
            "the space.")


def kind_of(row):
    return "infeasible" if not row["feasible"] else "hopeless" if row["hopeless"] else "kept"


def direction_words(goal, scale):
    unit = f"in {scale.unit}, " if scale.unit else ""
    return f"{unit}{goal['better']} is better"


def ordinal(number):
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def draw_importance(tuning):
    ranked = sorted(tuning["importance"].items(), key=lambda pair: -pair[1])
    rows = Rows([(key, [share]) for key, share in ranked])
    figure, axes = rows.axes()
    for place, share in rows.places():
        draw_amount(axes, place, share, f"{share:.0%}")
    rows.write_names(axes)
    leave_room(axes, [(share, f"{share:.0%}") for _, share in ranked])
    title = "What moves it: importance of the keys"
    finding = f"{ranked[0][0]} makes {ranked[0][1]:.0%} of the difference between cells, as far as they were measured."
    alt = f"{title}. {finding}"
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, "share of the variance of its logarithm (fANOVA)",
                          [], [], finding)


def draw_front(tuning):
    """The two goals against each other; the line joins what no other cell beats in both."""
    up, across = tuning["goals"][:2]
    rows, front = measured(tuning), tuning["pareto"]
    scales = [scale_for(goal["unit"], [row["values"][number] for row in rows])
              for number, goal in enumerate((up, across))]
    figure, axes = canvas.blank(PARETO_HEIGHT)
    fronts = {one["trial"] for one in front}
    for number, some in enumerate(([row for row in rows if row["trial"] not in fronts], front)):
        axes.plot([scales[1].value(row["values"][1]) for row in some],
                  [scales[0].value(row["values"][0]) for row in some],
                  linestyle=(0, (4, 3)) if number else "none", linewidth=1, marker=canvas.marker_of(1 - number),
                  color=canvas.colour_of(1 - number), gid=f"mark-{('cells', 'front')[number]}")
        draw_hollow(axes, 1 - number, [row for row in some if row.get("oversubscribed")], scales)
    canvas.name_x(axes, f"{across['title']} in {scales[1].unit}" if scales[1].unit else across["title"])
    axes.grid(axis="both")
    canvas.begin_at_zero(axes, "x")
    canvas.begin_at_zero(axes, "y")
    title = f"{up['title'][0].upper()}{up['title'][1:]}, against {across['title']}"
    finding = f"{len(front)} cells are beaten by none in both: from " + " to ".join(
        f"{digits(one['values'][0])} at {with_unit(across['unit'], one['values'][1])}" for one in (front[0], front[-1])
    ) + "." if front else ""
    alt = f"{title}. {finding}"
    legend = [canvas.LegendEntry("beaten by none", 0, "points"), canvas.LegendEntry("measured", 1, "points")]
    notes = [f"Hollow: {OVERSUBSCRIBED}"] if any(row.get("oversubscribed") for row in rows) else []
    return canvas.Drawing(title, canvas.to_svg(figure, alt), alt, f"upwards {direction_words(up, scales[0])} · to the "
                          f"right {across['better']} is better", legend, notes, finding)


def draw_hollow(axes, number, rows, scales):
    """Over the filled points that are there."""
    if rows:
        axes.plot([scales[1].value(row["values"][1]) for row in rows],
                  [scales[0].value(row["values"][0]) for row in rows],
                  linestyle="none", marker=canvas.marker_of(number), color=canvas.colour_of(number),
                  markerfacecolor=canvas.PANEL, gid=f"mark-hollow-{number}", zorder=3)
