"""Looks at reports in headless Chromium, at the width of a phone and of a desktop, light and dark.

    look.py                 reports of made-up results and of those that are committed must be readable
    look.py --pictures      so must the pictures of docs/, those of each config that ships with made-up results and
                            those that are committed
    look.py --disturbed     pages that were disturbed on purpose must be complained about
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import chromium, complaints_about
from made_up_experiments import CONFIGS, made_up
from make_results import write_results
from make_tuning import OBJECTIVES, tuning, write_tunings  # which finds tools/
from report.canvas import with_own_names
from report.choice import figures_of
from report.experiments import read_experiments
from report.experiments_page import documents_of
from report.picture import COLOURS, picture_of
from report.results import Results
from report.tuning import drawings_of

SOURCES = Path(__file__).resolve().parents[3]
TOOLS = SOURCES / "tools"
REPORTERS = {"results.json": "bench_report.py", "tune.json": "tune_report.py"}
PHONE, DESKTOP = 360, 1280
SCHEMES = ("light", "dark")

# A script that spoils the page, and what must be said about it.
DISTURBANCES = {
    "overlaps": "document.querySelectorAll('figure svg text').forEach((t) => t.style.fontSize = '40px')",
    "pixels high": "document.querySelectorAll('figure svg text').forEach((t) => t.style.fontSize = '6px')",
    "has no marks": "document.querySelectorAll('[id*=\"-mark-\"]').forEach((m) => m.remove())",
    "is cut off": "document.querySelectorAll('figure svg text').forEach((t) => t.setAttribute('x', 2000))",
    "covers": "document.querySelectorAll('.legend').forEach((l) => l.style.marginBottom = '-60px')",
    "is not shown": "document.querySelector('.meta').style.display = 'none'",
    "is squeezed": "document.querySelectorAll('dd').forEach((d) => d.style.width = '1em')",
    "scrolls sideways": "document.querySelector('details .scroll').style.minWidth = '3000px'",
    "has a contrast of": "document.documentElement.style.setProperty('--muted', '#888888')",
    "console:": "console.error('spoiled')",
    "request:": "return fetch('http://127.0.0.1:9/').catch(() => 0)",
}


def reports_in(folder):
    write_results(folder)
    write_tunings(folder)
    for file in (SOURCES / "docs/results").glob("*/*.json"):
        (folder / f"{file.parent.name}-{file.stem}").mkdir()
        shutil.copy(file, folder / f"{file.parent.name}-{file.stem}" / file.name)
    for file in folder.glob("*/*.json"):
        subprocess.run([sys.executable, TOOLS / REPORTERS[file.name], file.parent], check=True)
    return sorted(folder.glob("*/report.html"))


def pictures_in(folder):
    """Pages that have the pictures in them, so that one can look into them."""
    found = {file.stem: [picture_of(drawing) for drawing in figures_of(Results(made_up(file.stem)))]
             for file in CONFIGS.glob("*.yaml")}
    found["tune"] = [picture_of(drawing) for goal in OBJECTIVES for drawing in drawings_of(tuning(goal))]
    committed = documents_of(read_experiments(SOURCES))
    found["docs"] = [text for path, text in committed.items() if path.endswith(".svg")]
    for name, pictures in found.items():
        if pictures:
            (folder / name).mkdir()
            (folder / name / "pictures.html").write_text(page_with(pictures), encoding="utf-8")
    return sorted(folder.glob("*/pictures.html"))


def page_with(pictures):
    figures = "".join(f'<figure id="{number}"><h3>{number}</h3>{with_own_names(picture, f"p{number}")}</figure>'
                      for number, picture in enumerate(pictures))
    return ("<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<link rel=icon href='data:,'><style>{COLOURS.read_text(encoding='utf-8')} figure {{ margin: 0 }} "
            f"figure > svg {{ display: block; max-width: 100%; height: auto }}</style><h1>Pictures</h1>{figures}")


def readable(driver, pages):
    found = [f"{page.parent.name} at {width} pixels, {scheme}: {complaint}"
             for page in pages for width in (PHONE, DESKTOP) for scheme in SCHEMES
             for complaint in complaints_about(driver, page, width, scheme)]
    print("\n".join(found) or f"{len(pages)} pages: nothing to complain about")
    return not found


def disturbed(driver, pages):
    page = next(page for page in pages if page.parent.name == "grid")
    said = {words: complaints_about(driver, page, PHONE, "light", script) for words, script in DISTURBANCES.items()}
    said["is laid out for"] = complaints_about(driver, without_viewport(page), PHONE, "light")
    unseen = [words for words, complaints in said.items() if not any(words in complaint for complaint in complaints)]
    print(f"not seen: {', '.join(unseen)}" if unseen else f"all {len(said)} disturbances were seen")
    return not unseen


def without_viewport(page):
    """A copy that does not ask for the device's width: phones heed that while they load a page."""
    whole = page.read_text(encoding="utf-8")
    assert '<meta name="viewport"' in whole, page
    spoiled = page.with_name("without_viewport.html")
    spoiled.write_text(whole.replace('<meta name="viewport"', '<meta name="nothing"'), encoding="utf-8")
    return spoiled


def main():
    with tempfile.TemporaryDirectory() as folder, chromium() as driver:
        check = disturbed if "--disturbed" in sys.argv else readable
        pages = pictures_in(Path(folder)) if "--pictures" in sys.argv else reports_in(Path(folder))
        return 0 if check(driver, pages) else 1


if __name__ == "__main__":
    sys.exit(main())
