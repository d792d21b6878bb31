"""Writes DIR/report.html from DIR/results.json of `rookery bench`, whole or not at all.

    bench_report.py DIR

The page stands alone: figures, tables and style are in the one file. docs/bench.md tells what results.json holds.
Needs matplotlib, Jinja2 and jsonschema.
"""

import sys

from report.choice import figures_of
from report.documents import told_time
from report.how import how_of
from report.page import Page
from report.program import write_report
from report.results import read_results
from report.tables import tables_of
from report.units import hours_and_minutes


def page_of(results):
    published = [(claim["source"], claim["claim"]) for claim in results["published"]]
    facts = [("Host", words(results["host"])), ("Versions", words(results["versions"])),
             ("Keys", [(key, ", ".join(results.values(key))) for key in results["keys"]])]
    return Page(results["title"], results["question"], results["answer"], meta_of(results), figures_of(results),
                tables_of(results), [*facts, ("Published", published)] if published else facts, how_of(results))


def words(facts):
    return [(name.replace("_", " "), value) for name, value in facts.items()]


def meta_of(results):
    measured = sum(cell.measured for cell in results.cells)
    return " · ".join([told_time(results["created_seconds"]), f"{measured} of {len(results.cells)} cells measured",
                       f"took {hours_and_minutes(results['spent_seconds'])}",
                       *([] if results["finished"] else ["not finished: this is what there is so far"])])


if __name__ == "__main__":
    sys.exit(write_report(__doc__, lambda folder: page_of(read_results(folder / "results.json"))))
