"""Makes docs/experiments.md and its pictures from configs/bench/ and docs/results/.

    docs_experiments.py                     writes them
    docs_experiments.py --take NAME DIR...  first puts results.json and tune.json of the DIRs into docs/results/NAME
    docs_experiments.py --check             writes nothing; ends with 1 if what is there is not what would be written

What is put into docs/results has fewer digits and fewer rows of memory than what was measured. Needs matplotlib,
Jinja2, jsonschema and PyYAML.
"""

import argparse
import sys
from pathlib import Path

from report.documents import UnreadableResults
from report.experiments import read_experiments
from report.experiments_page import COMMAND, documents_of
from report.kept import differences, put, take


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--take", nargs="+", metavar=("NAME", "DIR"), default=[])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--sources", type=Path, default=Path(__file__).resolve().parents[1], help="the checkout")
    arguments = parser.parse_args(words)
    try:
        if arguments.take:
            take(arguments.sources, arguments.take[0], [Path(folder) for folder in arguments.take[1:]])
        return give(arguments.sources / "docs", documents_of(read_experiments(arguments.sources)), arguments.check)
    except (UnreadableResults, OSError) as error:
        print(f"docs_experiments.py: {error}", file=sys.stderr)
        return 1


def give(docs, files, only_check):
    if not only_check:
        put(docs, files)
        print(f"Written: {docs / 'experiments.md'} and {len(files) - 1} pictures")
        return 0
    wrong = differences(docs, files)
    print("\n".join([*wrong, f"to make them anew: {COMMAND}"] if wrong else [f"{len(files)} files are as made anew"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
