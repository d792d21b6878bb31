"""What the programs that write a DIR/report.html have in common."""

import argparse
import sys
from pathlib import Path

from .documents import UnreadableResults
from .page import write_page


def write_report(description, read_page):
    """Writes the page that `read_page` makes of the folder named on the command line; gives the exit code."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    report = parser.parse_args().folder / "report.html"
    try:
        write_page(read_page(report.parent), report)
    except (UnreadableResults, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    print(f"Written: {report}")
    return 0
