"""docs/experiments.md and its pictures must be what tools/docs_experiments.py makes of the results that are committed,
and it must be seen if they are not.

    experiments.py             all promises
    experiments.py PROMISE     one
"""

import io
import json
import re
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import yaml
from made_up_experiments import CONFIGS, MB, made_up, memory_row
from make_tuning import tuning  # which finds tools/ and tests/tools/
from promised import kept

SOURCES = Path(__file__).resolve().parents[3]

import docs_experiments  # noqa: E402, from tools/
from report.kept import shortened  # noqa: E402, likewise
from report.markdown import anchor_of  # noqa: E402, likewise

MEASURED = ("processes-vs-threads", "tune-space")
PICTURE = "docs/results/processes-vs-threads/1-speed.svg"


def told(*arguments):
    """(exit code, what the program said)"""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        code = docs_experiments.main([str(word) for word in arguments])
    return code, out.getvalue()


def checkout(folder):
    """One with two experiments that are made up, and the page made."""
    shutil.copytree(CONFIGS, folder / "configs/bench")
    for name in MEASURED:
        measured = folder / "measured" / name
        measured.mkdir(parents=True)
        (measured / "results.json").write_text(json.dumps(made_up(name)), encoding="utf-8")
        if name == "tune-space":
            (measured / "tune.json").write_text(json.dumps(tuning("throughput")), encoding="utf-8")
        code, said = told("--sources", folder, "--take", name, measured)
        assert code == 0, said
    return folder


def change(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert before in text, (file, before)
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def another_number(folder):
    file = folder / "docs/results/processes-vs-threads/results.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["cells"][0]["metrics"]["x_real_time"]["median"] *= 2
    file.write_text(json.dumps(document), encoding="utf-8")


def another_sentence(folder):
    change(folder / "docs/experiments.md", "**This host:** ", "**This host:** ten times faster. ")


def no_picture(folder):
    (folder / PICTURE).unlink()


def a_picture_too_many(folder):
    (folder / PICTURE).with_name("9-old.svg").write_text("<svg/>", encoding="utf-8")


def another_claim(folder):
    change(folder / "configs/bench/processes-vs-threads.yaml", "claim: ", "claim: It is said that ")


def more_notes(folder):
    (folder / "docs/results/quick/").mkdir()
    (folder / "docs/results/quick/notes.md").write_text("Two cores.\n", encoding="utf-8")


# What is done to a checkout, and the file that must be named.
CHANGES = {another_number: PICTURE, another_sentence: "docs/experiments.md", no_picture: PICTURE,
           a_picture_too_many: "9-old.svg", another_claim: "docs/experiments.md", more_notes: "docs/experiments.md"}


def the_page_is_what_the_results_give(_):
    code, said = told("--check")
    assert code == 0, said


def what_does_not_agree_is_named(whole):
    assert told("--sources", whole, "--check")[0] == 0
    for disturb, file in CHANGES.items():
        folder = Path(shutil.copytree(whole, whole.with_name(disturb.__name__)))
        disturb(folder)
        code, said = told("--sources", folder, "--check")
        assert code == 1 and file in said, (disturb.__name__, said)
        assert "tools/docs_experiments.py" in said.splitlines()[-1], said


def a_new_page_replaces_the_old(whole):
    folder = Path(shutil.copytree(whole, whole.with_name("replaced")))
    for disturb in CHANGES:
        disturb(folder)
    assert told("--sources", folder)[0] == 0
    assert told("--sources", folder, "--check")[0] == 0


def what_is_not_measured_is_told_with_its_command(whole):
    page = (whole / "docs/experiments.md").read_text(encoding="utf-8")
    for file in CONFIGS.glob("*.yaml"):
        section = page.split(f" ({file.stem})\n", 1)[1].split("\n## ", 1)[0]
        assert f"rookery bench configs/bench/{file.stem}.yaml" in section, file
        assert ("Not measured on this host yet" in section) == (file.stem not in MEASURED), file


def every_claim_stands_in_its_section(whole):
    page = (whole / "docs/experiments.md").read_text(encoding="utf-8")
    for file in CONFIGS.glob("*.yaml"):
        section = page.split(f" ({file.stem})\n", 1)[1].split("\n## ", 1)[0]
        for claim in yaml.safe_load(file.read_text(encoding="utf-8")).get("published", []):
            assert claim["claim"] in section and claim["source"] in section, (file.stem, claim)
    search = page.split("\n### The search\n", 1)[1]
    assert "8.6%" in search and "In the table of the sweep" not in search, "a replay says it itself"


def what_is_taken_is_small_and_has_every_peak(_):
    before = made_up("allocators-long-recording")
    for one in before["cells"]:
        one["memory"] = [memory_row(number, 3600, 400 * MB) for number in range(3001)]
    before["cells"][2]["memory"][1234] = [1480.8, 9e9, 8e9, 7e9, 6e9]
    after = shortened(before)
    assert len(json.dumps(after)) < 300_000 < len(json.dumps(before))
    for old, new in zip(before["cells"], after["cells"]):
        for column in (1, 2, 3, 4):
            peaks = [max(row[column] or 0 for row in cell["memory"]) for cell in (old, new)]
            assert abs(peaks[0] - peaks[1]) <= 1e-5 * peaks[0], (old["id"], column)
    assert not any(cell["memory"] for cell in shortened(made_up("tune-space"))["cells"])


def a_stranger_is_refused(whole):
    folder = Path(shutil.copytree(whole, whole.with_name("strange")))
    for name, taken, wrong in (("slow", "measured/tune-space", "slow"), ("quick", "configs", "configs")):
        code, said = told("--sources", folder, "--take", name, folder / taken)
        assert code == 1 and wrong in said, said
    (folder / "docs/results/slow").mkdir()
    code, said = told("--sources", folder)
    assert code == 1 and "docs/results/slow" in said, said


def what_cannot_be_read_changes_nothing(whole):
    folder = Path(shutil.copytree(whole, whole.with_name("half")))
    (folder / "measured/broken").mkdir()
    (folder / "measured/broken/tune.json").write_text("{}", encoding="utf-8")
    taken = [folder / "measured" / name for name in ("tune-space", "broken")]
    code, said = told("--sources", folder, "--take", "quick", *taken)
    assert code == 1 and "broken/tune.json" in said, said
    assert not (folder / "docs/results/quick").exists()


def dead_links(folder, pages):
    """Images, files and headings that the pages point at and that are not there."""
    links = [(page, link) for page in pages
             for link in re.findall(r"\]\(([^)\s]+)", page.read_text(encoding="utf-8")) if "://" not in link]
    return [f"{page.relative_to(folder)}: {link}" for page, link in links if not leads_somewhere(page, link)]


def leads_somewhere(page, link):
    file, _, heading = link.partition("#")
    target = page.parent / file if file else page
    return target.exists() and (not heading or heading in anchors_in(target))


def anchors_in(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {anchor_of(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


def links_lead_somewhere(_):
    pages = [page for places in ("*.md", "docs/*.md", "ipc/*.md", "shm/*.md", "tests/*/*.md")
             for page in SOURCES.glob(places)]
    wrong = dead_links(SOURCES, pages)
    assert not wrong, wrong


def a_dead_link_is_seen(whole):
    folder = whole.with_name("links")
    folder.mkdir()
    (folder / "one.md").write_text("# One\n[a](two.md#a-part-benchpartpy) [b](#one)\n[c](two.md#gone) [d](#part) "
                                   "[e](no.md)\n```\n# Part\n```\n", encoding="utf-8")
    (folder / "two.md").write_text("## A part: `bench/part.py`\n", encoding="utf-8")
    found = dead_links(folder, [folder / "one.md", folder / "two.md"])
    assert found == ["one.md: two.md#gone", "one.md: #part", "one.md: no.md"], found


PROMISES = [the_page_is_what_the_results_give, what_does_not_agree_is_named, a_new_page_replaces_the_old,
            what_is_not_measured_is_told_with_its_command, every_claim_stands_in_its_section,
            what_is_taken_is_small_and_has_every_peak, what_cannot_be_read_changes_nothing, a_stranger_is_refused,
            links_lead_somewhere, a_dead_link_is_seen]


def main():
    with tempfile.TemporaryDirectory() as name:
        return kept(PROMISES, checkout(Path(name, "whole")))


if __name__ == "__main__":
    sys.exit(main())
