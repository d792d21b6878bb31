"""What reports say in words must not be more than the runs behind it show.

    sentences.py [NAME]     all, or the one whose function has this name
"""

import sys
from dataclasses import replace

from make_results import MB, cell, document, memory_row, output_groups
from make_tuning import tuning  # which finds tools/ and tests/tools/
from promised import kept
from report.cold import cold_section
from report.experiments_page import own_facts
from report.findings import along
from report.how import how_of
from report.memory import draw_memory
from report.results import Results
from report.selection import FigureSpec, groups
from report.tables import metrics_table, outputs_table
from report.tuning import draw_convergence, draw_front
from tune_report import best_words, noise_words, page_of

SPEED = FigureSpec("lines", x="workers", y="x_real_time", series="engine")
MEMORY = FigureSpec("memory", series="engine", title="What it takes")


def results_of(rows):
    """Of [(engine, workers, median, half the interval, runs)]."""
    cells = []
    for engine, workers, median, half, runs in rows:
        one = cell({"engine": engine, "workers": workers})
        one["metrics"] = {"x_real_time": {"median": median, "low": median - half, "high": median + half, "runs": runs}}
        cells.append(one)
    return Results(document("Made up", "", ["engine", "workers"], cells))


def said_of(rows):
    results = results_of(rows)
    return along(results, SPEED, groups(results, results.cells, "engine"))


def ends_of_a_line_that_may_be_chance_are_called_so():
    ends = [("processes", "1", 100, 2, 5), ("processes", "2", 110, 2, 5)]
    assert said_of(ends) == "Processes, workers 1 → 2: 100 → 110 (1.10×).", said_of(ends)
    for half, runs in ((6, 5), (2, 2)):
        blurred = [("processes", "1", 100, half, 5), ("processes", "2", 110, half, runs)]
        assert "(1.10×, may be chance)" in said_of(blurred), said_of(blurred)


def a_best_between_that_may_be_chance_is_called_so():
    def best(half):
        return said_of([("processes", workers, median, half, 5) for workers, median in zip("124", (100, 120, 101))])
    assert "best 120 at 2, which may be chance" in best(15), best(15)
    assert "best 120 at 2)" in best(2), best(2)


def the_table_marks_the_cell_of_the_answer_and_not_the_highest_median():
    results = results_of([("processes", str(number), 100 + number, 2, 5) for number in (1, 2, 4)])

    def marked(**more):
        table = metrics_table(Results(results.document | more), "Cells", ["x_real_time"])
        return [(row.name, mark.words) for row in table.rows for mark in row.marks if mark.kind == "best"]
    assert marked(answer_cell="engine=processes workers=2") == [("workers 2", "in the answer")]
    assert marked(answer_cell=None) == marked() == [], "earlier results do not tell it"


def differences_within_a_group_are_told_apart_from_those_to_the_baseline():
    table = outputs_table(output_groups(["a", "b", "c", "d"]))
    told = [(row.name, [value.text for value in row.values[2:]]) for row in table.rows]
    assert told == [("batch.size 8", ["–", "–", "–"]), ("batch.size 16", ["–", "0.021", "0.987120"]),
                    ("batch.size 16, within: d against b", ["–", "2.4e-07", "0.999999"])], told
    earlier = {"result_keys": {}, "cells": ["a"], "bytes_equal": True, "largest_score_difference": 0.25}
    table = outputs_table([earlier])
    assert len(table.heads) == 4 and table.rows[0].values[2].text == "0.250", table


def small_numbers_of_runs_and_the_choice_of_the_fastest_are_qualified():
    def how(runs, cells):
        return " ".join(how_of(results_of([("processes", str(number), 100, 2, runs) for number in range(cells)])))
    assert "the interval is their range" in how(5, 3) and "fastest of 3 cells is a selection" in how(5, 3), how(5, 3)
    assert "their range" not in how(6, 3) and "selection" not in how(5, 2), how(6, 2)


def speed_with_cold_inputs_is_told_beside_the_interval_with_warm_ones():
    results = results_of([("processes", workers, 100, 2, 5) for workers in ("1", "2", "4")])
    assert cold_section(results) == [], "no cell had such a run"
    for one, speed in zip(results.cells, (99, 95, 104)):
        one.cold["x_real_time"] = speed
    said = cold_section(results)[-1]
    assert "95% (workers 2) to 104% (workers 4)" in said and "1 of 3 were below the interval" in said, said


def lines_that_are_not_told_are_counted():
    def lines(count):
        return said_of([(f"engine-{number}", workers, 100, 1, 5) for number in range(count) for workers in "12"])
    assert "in the figure" not in lines(4), lines(4)
    assert lines(5).endswith("; one more line is in the figure."), lines(5)
    assert lines(7).endswith("; 3 more lines are in the figure."), lines(7)


def memory_of(peaks, pss=True, y="", **estimate):
    """The figure of a cell for each peak; without PSS its rows are those of earlier results."""
    cells = []
    for engine, peak in zip(("processes", "threads"), peaks):
        one = cell({"engine": engine})
        rows = [memory_row(number, 60, peak * MB) for number in range(41)]
        one["memory"] = rows if pss else [[*row[:3], None] for row in rows]
        if estimate:
            ends = {name: (peak + more) * MB for name, more in zip(("median", "low", "high"), (0, -5, 5))}
            one["metrics"] = {"peak_pss_bytes": ends | estimate}
        cells.append(one)
    return draw_memory(Results(document("Made up", "", ["engine"], cells)), replace(MEMORY, y=y))


def a_memory_figure_says_which_memory():
    assert memory_of((400, 600)).subtitle.startswith("memory (PSS) of all processes")
    assert memory_of((400, 600), pss=False).subtitle.startswith("resident memory (RSS) of all processes")
    shared = memory_of((400, 600), y="peak_shmem_bytes")
    assert shared.subtitle.startswith("shared memory (RssShmem) of all processes")
    assert memory_of((400, 600), y="peak_shmem_bytes", pss=False) is None, "earlier results lack it"


def peaks_are_told_apart_by_all_runs_and_not_by_the_one_that_is_drawn():
    assert "may be chance" in memory_of((400, 600)).finding, "of one run"
    assert "may be chance" in memory_of((400, 600), runs=2).finding
    assert "may be chance" not in memory_of((400, 600), runs=5).finding
    assert "may be chance" not in memory_of((400, 900), runs=1).finding, "more than chance has made"
    assert any("one run" in note for note in memory_of((400, 600), runs=5).notes)


def the_best_of_a_search_is_counted_among_cells_asked_for():
    found = tuning("throughput")
    for row in found["history"][:3]:
        row |= {"values": None, "failed": "no"}
    assert f" of {len(found['history'])} asked for, of {found['cells']} in the space" in draw_convergence(found).finding


def cells_of_a_search_that_are_oversubscribed_are_marked():
    found = tuning("pareto")
    marked = [row["trial"] for row in found["history"] if row["oversubscribed"]]
    assert 0 < len(marked) < len(found["history"])
    page = page_of(found)
    rows = page.tables[1].rows
    assert [number for number, row in enumerate(rows) if "oversubscribed" in words_of(row)] == marked, rows
    assert any("Oversubscribed" in line for line in page.how)
    assert any("Crossed" in note for note in draw_convergence(found).notes)
    assert any("Hollow" in note for note in draw_front(found).notes)
    for row in found["history"]:
        row.pop("oversubscribed")  # as before there was this mark
    page = page_of(found)
    assert not any("oversubscribed" in words_of(row) for row in page.tables[1].rows)
    assert not any("Oversubscribed" in line for line in page.how)
    drawings = [draw_convergence(found), draw_front(found)]
    assert not any("oversubscribed" in note for drawing in drawings for note in drawing.notes)


def words_of(row):
    return [mark.words for mark in row.marks]


def what_misses_the_limit_is_not_called_best():
    found = tuning("throughput_in_memory")
    assert draw_convergence(found).finding.startswith("No cell keeps the limit; nearest to it came the ")
    nearest = [words for row in page_of(found).tables[0].rows for words in words_of(row) if "nearest" in words]
    assert nearest == ["nearest to the limit"] and "best" not in best_words(found)
    assert draw_convergence(tuning("throughput")).finding.startswith("The best cell was the ")
    assert best_words(tuning("pareto")) == "fastest of the front"


def a_page_says_of_a_replay_that_nothing_was_run():
    found = tuning("throughput_in_memory")
    assert not any("were not run" in line for line in page_of(found).how)
    assert any("were not run" in line for line in page_of(found | {"replayed": True}).how)


def noise_that_was_not_measured_is_called_taken():
    assert "taken as 2.0%" in noise_words({"noise": 0.02, "noise_measured": False})
    assert "differ by 1.3%" in noise_words({"noise": 0.013, "noise_measured": True})


def what_only_one_experiment_had_stands_beside_it():
    results = results_of([("processes", "1", 100, 2, 5)])
    shared = {name: value for name, value in results["host"].items() if name != "kernel"} | results["versions"]
    told = own_facts(results, shared)
    assert len(told) == 1 and told[0].endswith(", here: kernel Linux 6.18."), told
    assert own_facts(results, shared | {"kernel": "Linux 6.18"}) == []


PROMISES = [ends_of_a_line_that_may_be_chance_are_called_so, a_best_between_that_may_be_chance_is_called_so,
            the_table_marks_the_cell_of_the_answer_and_not_the_highest_median,
            differences_within_a_group_are_told_apart_from_those_to_the_baseline,
            small_numbers_of_runs_and_the_choice_of_the_fastest_are_qualified,
            speed_with_cold_inputs_is_told_beside_the_interval_with_warm_ones,
            lines_that_are_not_told_are_counted, a_memory_figure_says_which_memory,
            peaks_are_told_apart_by_all_runs_and_not_by_the_one_that_is_drawn,
            the_best_of_a_search_is_counted_among_cells_asked_for,
            cells_of_a_search_that_are_oversubscribed_are_marked, what_misses_the_limit_is_not_called_best,
            a_page_says_of_a_replay_that_nothing_was_run, noise_that_was_not_measured_is_called_taken,
            what_only_one_experiment_had_stands_beside_it]


if __name__ == "__main__":
    sys.exit(kept(PROMISES))
