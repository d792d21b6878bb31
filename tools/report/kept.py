"""docs/results: what is put there, and whether the files made of it are the ones that are there."""

import json

from .documents import UnreadableResults, read_document

SCHEMAS = {"results.json": "bench-results.schema.json", "tune.json": "tune-results.schema.json"}
MOST_ROWS = 4000  # of memory, in a file
SIZES = 4  # in a row, behind its time; of each the highest is kept
MANY_CELLS = 60  # of so many the memory over time is kept only if a figure shows it


def take(sources, name, folders):
    """Puts results.json and tune.json of the folders into docs/results/NAME, all of them or none; gives the files
    written."""
    if not (sources / f"configs/bench/{name}.yaml").exists():
        raise UnreadableResults(f"there is no configs/bench/{name}.yaml")
    texts = {}
    for folder in folders:
        texts |= texts_in(folder)
    target = sources / "docs/results" / name
    target.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (target / file).write_text(text, encoding="utf-8")
    return [target / file for file in texts]


def texts_in(folder):
    """{name of a file: what is kept of it}"""
    found = [file for file in SCHEMAS if (folder / file).exists()]
    if not found:
        raise UnreadableResults(f"{folder}: neither {' nor '.join(SCHEMAS)} is there")
    return {file: text_of(shortened(read_document(folder / file, SCHEMAS[file]))) for file in found}


def shortened(document):
    """With no more digits than a measurement has, and of memory what a figure would show."""
    cells = document.get("cells")
    if isinstance(cells, list):
        shown = len(cells) <= MANY_CELLS or any(figure["kind"] == "memory" for figure in document["figures"])
        stretches = max(1, MOST_ROWS // SIZES // max(1, len(cells)))
        cells = [cell | {"memory": highest(cell.get("memory", []), stretches) if shown else []} for cell in cells]
        document = document | {"cells": cells}
    return rounded(document)


def highest(rows, stretches):
    """Of each stretch of time the rows in which each size was highest: no peak is lost."""
    length = -(-len(rows) // stretches) or 1
    kept = set()
    for start in range(0, len(rows), length):
        numbers = range(start, min(start + length, len(rows)))
        for column in range(1, len(rows[start])):
            kept.add(max(numbers, key=lambda number: rows[number][column] or 0))
    return [rows[number] for number in sorted(kept)]


def rounded(value):
    if isinstance(value, dict):
        return {key: one if key == "created_seconds" else rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def text_of(document):
    """JSON with a line for each cell."""
    lines = []
    for key, value in document.items():
        long = isinstance(value, list) and value and isinstance(value[0], dict)
        rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value] if long else []
        body = "[\n" + ",\n".join(rows) + "\n]" if long else json.dumps(value, ensure_ascii=False)
        lines.append(f"{json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def put(docs, files):
    """Writes them, and removes pictures that are no longer made."""
    for path in superfluous(docs, files):
        (docs / path).unlink()
    for path, text in files.items():
        (docs / path).write_text(text, encoding="utf-8")


def superfluous(docs, files):
    pictures = {file.relative_to(docs).as_posix() for file in docs.glob("results/*/*.svg")}
    return sorted(pictures - set(files))


def differences(docs, files):
    """What is wrong with the files that are there, a line each."""
    wrong = [f"docs/{path}: nothing makes it any more" for path in superfluous(docs, files)]
    for path, text in sorted(files.items()):
        if not (docs / path).exists():
            wrong.append(f"docs/{path}: it is missing")
        elif (docs / path).read_text(encoding="utf-8") != text:
            wrong.append(f"docs/{path}: it is not what the results give")
    return wrong
