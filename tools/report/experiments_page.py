"""docs/experiments.md and its pictures: every experiment that ships, what was published and what this host gave."""

from collections import Counter

from .choice import drawn
from .cold import cold_section
from .documents import told_time
from .lines import STATES
from .listing import named, named_by_series
from .markdown import anchor_of, image_of, plain, published_line, quoted
from .search_section import of_the_search, search_of
from .selection import spec_of
from .units import hours_and_minutes

COMMAND = ".venv/bin/python tools/docs_experiments.py"
HEAD = f"""<!-- Made by `{COMMAND}` from configs/bench/ and docs/results/. What is changed here is lost; what is
said by hand stands in docs/results/NAME/notes.md. -->
# Experiments

What `rookery bench` ([bench.md](bench.md)) gave for each config of `configs/bench/`, beside what others published.
Figures and sentences are made from `docs/results/NAME/results.json`, medians of shuffled rounds with bootstrap
intervals ([bench.md](bench.md#how-it-measures): of up to five runs their range, which holds the true median less often
than 95% says; and the fastest of many cells is a selection), by

    {COMMAND}

`./bootstrap.sh build` comes first, and all commands are run from the checkout. After those of an experiment,
`{COMMAND} --take NAME build/bench/NAME [build/tune/NAME]`
puts its results here instead. `ctest --preset release -R tools.docs` fails where page, pictures and results do not
agree."""
HOLLOW = {"bars": "hatched", "heatmap": "dashed edge", "latency": "named so", "stages": "named so",
          "memory": "named so"}


def documents_of(experiments):
    """{path below docs/: text} of the page and its pictures."""
    files, shared = {}, shared_facts(experiments)
    sections = [section_of(one, shared, files) for one in experiments]
    parts = [HEAD, *host_of(shared), contents_of(experiments), *sections]
    return files | {"experiments.md": "\n\n".join(part for part in parts if part) + "\n"}


def host_of(shared):
    if not shared:
        return ["## This host", "Nothing has been measured yet."]
    rows = [f"| {name.replace('_', ' ')} | {plain(value)} |" for name, value in shared.items()]
    return ["## This host", "\n".join(["| | |", "| --- | --- |", *rows])]


def shared_facts(experiments):
    """Those that held for every experiment; those that did not stand beside each."""
    measured = [facts_of(one.results) for one in experiments if one.results]
    return {name: value for name, value in (measured[0] if measured else {}).items()
            if all(facts.get(name) == value for facts in measured)}


def facts_of(results):
    return dict(sorted(results["host"].items())) | dict(sorted(results["versions"].items()))


def contents_of(experiments):
    lines = [f"- [{plain(one.config['title'])}](#{anchor_of(heading_of(one))})"
             + ("" if one.results else " (not measured on this host yet)") for one in experiments]
    return "\n".join(["## The experiments", "", *lines])


def heading_of(one):
    return f"{one.config['title']} ({one.name})"


def section_of(one, shared, files):
    parts = [f"## {plain(heading_of(one))}", plain(one.config.get("question", "")), commands_of(one)]
    if not one.config.get("published"):
        parts.append("No published number was found to set beside it.")
    if one.results:
        parts += [quoted(one.results["answer"]), measured_words(one.results), *own_facts(one.results, shared),
                  *figures_of(one, files), *cold_section(one.results), *without_number(one.results)]
    else:
        parts += ["**Not measured on this host yet.**",
                  *(published_line(claim) for claim in one.config.get("published", []))]
    if "tune" in one.config and (one.results or one.tuning):
        parts += search_of(one, files)
    return "\n\n".join([*parts, *(["### What this host cannot show", one.notes] if one.notes else [])])


def commands_of(one):
    file = f"configs/bench/{one.name}.yaml"
    return "\n".join(f"    {line}" for line in [
        *one.preparations, f"build/release/bin/rookery bench {file} --out build/bench/{one.name}",
        *([f"build/release/bin/rookery tune {file} --out build/tune/{one.name}"] if "tune" in one.config else [])])


def measured_words(results):
    count, every = sum(cell.measured for cell in results.cells), len(results.cells)
    spent, budget = (hours_and_minutes(results[f"{name}_seconds"]) for name in ("spent", "time_budget"))
    words = [f"Measured {told_time(results['created_seconds'])}: {count} of {every} cells, {spent} of {budget} allowed"]
    if not results["finished"]:
        words.append("not all rounds that it asks for")
    if "load_at_start" in results["host"]:
        words.append(f"load {results['host']['load_at_start']} when it began")
    return "; ".join(words) + f". Baseline: {plain(results.name_of(results.baseline))}."


def own_facts(results, shared):
    """What was not so for every experiment; the load is told with the time."""
    told = [f"{name.replace('_', ' ')} {value}" for name, value in facts_of(results).items()
            if name not in shared and name != "load_at_start"]
    return [f"Of host and versions not the same for all experiments, here: {plain('; '.join(told))}."] if told else []


def figures_of(one, files):
    """The config's figures; each stands in `files`, too."""
    specs = [spec_of(entry) for entry in one.results["figures"]]
    pairs = drawn(one.results, specs)
    for number, (spec, drawing) in enumerate(pairs, start=1):
        yield f"### {plain(drawing.title)}"
        yield image_of(one, number, drawing, files)
        beside = [claim for claim in drawing.published if claim not in of_the_search(one)]
        yield "\n".join([*(map(published_line, beside) if beside else nothing_beside(one)),
                         f"- **This host:** {plain(drawing.finding) or 'see the figure.'}",
                         *marked_cells(one.results, spec, drawing)])
    if len(pairs) < len(specs):
        yield f"Figures that have nothing to show, since no cell of theirs was measured: {len(specs) - len(pairs)}."


def nothing_beside(one):
    """Said of a figure where others of its experiment have a claim beside them."""
    if not one.config.get("published"):
        return []
    return ["- **Published:** no number or claim to set beside this figure was found."]


def marked_cells(results, spec, drawing):
    """Which cells of a figure are oversubscribed, spread too widely, or have no number."""
    cells = drawing.cells
    kinds = [(f"Oversubscribed ({HOLLOW.get(spec.kind, 'hollow')})",
              [cell for cell in cells if cell.oversubscribed and cell.measured])]
    kinds += [(words, [cell for cell in cells if cell.state == state]) for state, words in STATES]
    return [f"- {words}: {plain(named_by_series(results, some, spec, cells))}" for words, some in kinds if some]


def without_number(results):
    """Every cell that was not measured, and why."""
    cells = [cell for cell in results.cells if not cell.measured]
    if not cells:
        return []
    whys = Counter((cell.state, cell.why) for cell in cells)
    words = dict(STATES)
    lines = [f"- {words[state]}{f' ({plain(why)})' if why else ''}: "
             + plain(named(results, [cell for cell in cells if (cell.state, cell.why) == (state, why)]))
             for state, why in whys]
    return [f"### Cells without a number: {len(cells)} of {len(results.cells)}", "\n".join(lines)]
