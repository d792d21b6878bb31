"""Writes DIR/report.html from DIR/tune.json of `rookery tune`, whole or not at all.

    tune_report.py DIR

docs/tuning.md tells what tune.json holds. Needs matplotlib, Jinja2 and jsonschema.
"""

import sys

from report.documents import read_document, told_time
from report.how import OVERSUBSCRIBED
from report.page import Page
from report.program import write_report
from report.tables import Mark, Row, Table, Value
from report.tuning import drawings_of
from report.units import scale_for


def page_of(tuning):
    how = [
        "Optuna proposes cells: first such that every value of every key comes up equally often, as far as none of "
        "them is excluded, then as its TPE sampler finds promising, at last those next to the best. Each is measured "
        "once, and again if it may be one of the best; a value is the median of a cell's runs.",
        f"Seed {tuning['seed']}, up to {tuning['rounds']} runs a cell; {noise_words(tuning)}."]
    if any(row.get("oversubscribed") for row in tuning["history"]):
        how.append(OVERSUBSCRIBED)
    if tuning.get("replayed", tuning.get("exhaustive")):
        how.append("The cells were not run for this page: they were answered from the table of a sweep that had "
                   "measured them all.")
    facts = [(title, [(name.replace("_", " "), value) for name, value in tuning[part].items()])
             for title, part in (("Host", "host"), ("Versions", "versions"))]
    facts.append((best_words(tuning).capitalize(), list(tuning["best"]["cell"].items()) if tuning["best"] else []))
    asked = f"{len(tuning['history'])} of {tuning['cells']} cells asked for"
    return Page(tuning["title"], tuning["question"], tuning["answer"],
                f"{told_time(tuning['created_seconds'])} · {asked}", drawings_of(tuning), tables_of(tuning), facts, how)


def best_words(tuning):
    """What the search's best is."""
    if tuning["best"] and not tuning["best"]["feasible"]:
        return "nearest to the limit"
    return "best" if len(tuning["goals"]) == 1 else "fastest of the front"


def noise_words(tuning):
    if tuning.get("noise_measured", True):
        return f"repeated runs of a cell differ by {tuning['noise']:.1%} from their median"
    return f"too few were repeated to tell how much runs of a cell differ, which was taken as {tuning['noise']:.1%}"


def tables_of(tuning):
    history = table("Cells, in the order they were asked for", tuning, tuning["history"])
    return [table("The front", tuning, tuning["pareto"]), history] if tuning["pareto"] else [history]


def table(title, tuning, rows):
    goals = tuning["goals"]
    scales = [scale_for(goal["unit"], [row["values"][number] for row in rows if row["values"]])
              for number, goal in enumerate(goals)]
    heads = ["cell", *(f"{goal['title']}, {scale.unit}" if scale.unit else goal["title"]
                       for goal, scale in zip(goals, scales)), "runs"]
    return Table(title, heads, [row_of(tuning, row, scales) for row in rows])


def row_of(tuning, row, scales):
    values = row["values"] or []
    is_best = tuning["best"] is not None and row["trial"] == tuning["best"]["trial"]
    marks = [Mark("best", best_words(tuning))] if is_best else []
    marks += [Mark("oversubscribed", "oversubscribed")] if row.get("oversubscribed") else []
    marks += [Mark("wide", "beyond the limit")] if values and not row["feasible"] else []
    marks += [Mark("given_up", "given up")] if row.get("hopeless") else []
    return Row(", ".join(f"{key} {value}" for key, value in row["cell"].items()), "best" if is_best else "", marks,
               [Value(scale.text(value)) for value, scale in zip(values, scales)] + [Value(str(row["rounds"]))],
               row.get("failed", ""))


if __name__ == "__main__":
    sys.exit(write_report(__doc__, lambda folder: page_of(
        read_document(folder / "tune.json", "tune-results.schema.json"))))
