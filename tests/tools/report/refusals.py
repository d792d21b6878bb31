"""bench_report.py must refuse what is no results file, say where it is wrong, and leave the report that is there."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from make_results import scaling

TOOL = Path(__file__).resolve().parents[3] / "tools/bench_report.py"


def without_schema(document):
    del document["schema"]


def unknown_state(document):
    document["cells"][3]["state"] = "fine"


def measured_without_wall_time(document):
    del document["cells"][0]["metrics"]["wall_seconds"]


def short_memory_row(document):
    document["cells"][0]["memory"][5] = [1.0, 2.0]


def unknown_figure(document):
    document["figures"] = [{"kind": "pie"}]


def no_cells(document):
    document["cells"] = []


# What is done to good results, and what must be said of them.
WRONGS = {
    without_schema: "'schema' is a required property",
    unknown_state: "cells/3/state: 'fine' is not one of",
    measured_without_wall_time: "cells/0/metrics: 'wall_seconds' is a required property",
    short_memory_row: "cells/0/memory/5",
    unknown_figure: "figures/0/kind: 'pie' is not one of",
    no_cells: "it has no cells",
}


def end_of(folder, text):
    (folder / "results.json").write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, TOOL, folder], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = end_of(folder, json.dumps(scaling()))
        assert good.returncode == 0, good.stderr
        report = (folder / "report.html").read_bytes()
        for wrong, words in WRONGS.items():
            document = scaling()
            wrong(document)
            end = end_of(folder, json.dumps(document))
            assert end.returncode == 1 and words in end.stderr, (wrong.__name__, end)
        cut = end_of(folder, json.dumps(scaling())[:-9])
        assert cut.returncode == 1 and "results.json" in cut.stderr, cut
        assert (folder / "report.html").read_bytes() == report
        assert sorted(file.name for file in folder.iterdir()) == ["report.html", "results.json"]
    print(f"all {len(WRONGS) + 1} wrong files were refused")


if __name__ == "__main__":
    main()
