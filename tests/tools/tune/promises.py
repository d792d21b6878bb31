"""What the search of `rookery tune` promises, each tried on made-up tables.

    promises.py [NAME]      all, or the one whose function has this name
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from made_up import MB, VALUES, answers, cells, identity, peak, start, table

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS), str(Path(__file__).resolve().parents[1])]

from promised import kept  # noqa: E402, from the folders named above
from tune.findings import findings  # noqa: E402, likewise
from tune.search import Search  # noqa: E402, likewise

SEEDS = range(5)
UNDER_CEILING = 0.9  # of the best speed there
ABOVE_FLOOR = 1.1  # times the least latency there


def run(beginning, answer):
    """(the search at its end, its questions)"""
    search = Search(beginning)
    asks, questions = search.asks(), []
    ask = next(asks, None)
    while ask is not None:
        questions.append(ask)
        try:
            ask = asks.send(answer(ask))
        except StopIteration:
            break
    return search, questions


def a_sixth_of_the_cells_is_enough():
    """Chance may fail one of twenty: what is random is the search."""
    shares = []
    for number in range(4):
        speeds = table(number)
        for seed in SEEDS:
            search, questions = run(start(seed=seed), answers(speeds, seed))
            assert len({identity(ask["cell"]) for ask in questions}) <= len(speeds) / 6
            shares.append(speeds[identity(search.trials.best().cell)] / max(speeds.values()))
    assert sum(share >= 0.95 for share in shares) >= len(shares) - 1, sorted(shares)


def no_run_is_asked_for_twice_and_none_that_is_excluded():
    exclude = [{"workers": ["2"], "intra_op": ["2"]}, {"engine": ["threads"], "allocator": ["glibc", "glibc-retain"]}]
    for seed in SEEDS:
        _, questions = run(start(seed=seed, exclude=exclude, rounds=3), answers(table(0), seed))
        counted = Counter((identity(ask["cell"]), ask["round"]) for ask in questions)
        assert max(counted.values()) == 1
        assert max(ask["round"] for ask in questions) <= 2
        for ask in questions:
            for pattern in exclude:
                assert not all(ask["cell"][key] in values for key, values in pattern.items()), ask


def the_baseline_is_asked_for_first():
    baseline = cells(VALUES)[77]
    _, questions = run(start(baseline=baseline), answers(table(0)))
    assert questions[0]["cell"] == baseline


def the_first_cells_are_run_in_whole_rounds():
    _, questions = run(start(rounds=3, trials=24), answers(table(1)))
    first = [(ask["round"], ask["trial"]) for ask in questions if ask["trial"] < 24 // 3]
    assert first == sorted(first), first
    assert len(first) > 24 // 3, "none of them was repeated"


def hopeless_cells_have_one_run_and_the_best_has_all():
    search, questions = run(start(rounds=4, trials=30), answers(table(1)))
    runs = Counter(identity(ask["cell"]) for ask in questions)
    assert runs[identity(search.trials.best().cell)] == 4
    hopeless = [trial for trial in search.trials.all if trial.hopeless]
    assert len(hopeless) >= 10, len(hopeless)
    assert all(len(trial.runs) < 4 for trial in hopeless)


def equal_seeds_ask_equal_questions():
    first, second = (run(start(seed=3), answers(table(2), 1))[1] for _ in range(2))
    assert first == second
    assert first != run(start(seed=4), answers(table(2), 1))[1]


def a_space_that_is_small_is_measured_whole():
    values = {"workers": ["1", "2"], "allocator": ["jemalloc", "glibc"]}
    speeds = table(0, values)
    search, questions = run(start(values=values, baseline=None, trials=50, rounds=1),
                            lambda ask: {"metrics": {"x_real_time": speeds[identity(ask["cell"])]}})
    assert len(questions) == 4
    assert speeds[identity(search.trials.best().cell)] == max(speeds.values())


def the_fastest_under_a_ceiling_is_nearly_found():
    speeds, ceiling = table(5), 340 * MB
    possible = max(speed for cell, speed in speeds.items() if peak(dict(cell)) <= ceiling)
    assert possible < max(speeds.values()), "the ceiling is no limit"
    for seed in SEEDS:
        beginning = start(objective="throughput_in_memory", memory_ceiling=ceiling, trials=40, seed=seed)
        best = run(beginning, answers(speeds, seed))[0].trials.best().cell
        assert peak(best) <= ceiling, best
        assert speeds[identity(best)] >= UNDER_CEILING * possible, (seed, speeds[identity(best)] / possible)


def the_least_latency_above_a_floor_is_nearly_found():
    speeds, floor = table(6), 170
    latencies = {cell: int(dict(cell)["batch.size"]) / speed for cell, speed in speeds.items()}
    possible = min(latencies[cell] for cell, speed in speeds.items() if speed >= floor)
    assert possible > min(latencies.values()), "the floor is no limit"
    for seed in SEEDS:
        beginning = start(objective="latency", throughput_floor=floor, trials=40, seed=seed)
        best = identity(run(beginning, answers(speeds, noise=0))[0].trials.best().cell)
        assert speeds[best] >= floor, best
        assert latencies[best] <= ABOVE_FLOOR * possible, (seed, latencies[best] / possible)


def of_cells_that_all_miss_the_limit_the_nearest_is_told():
    search, questions = run(start(objective="throughput_in_memory", memory_ceiling=1 * MB), answers(table(0)))
    best = findings(search)["best"]
    assert not best["feasible"]
    assert best["limited"] == peak(best["cell"]) == min(peak(ask["cell"]) for ask in questions), best


def the_best_of_a_front_is_one_of_it():
    """Also where another was asked for first that is as fast and needs more memory."""
    speeds = {identity(cell): 100.0 for cell in cells(VALUES)}
    told = findings(run(start(objective="pareto", baseline=cells(VALUES)[-1]), answers(speeds, noise=0))[0])
    assert told["best"] == told["pareto"][0], told["best"]


def the_front_of_a_whole_space_is_the_true_one():
    speeds = table(6)
    every = len(speeds)
    search, _ = run(start(objective="pareto", trials=every, rounds=1), answers(speeds, noise=0))
    found = {identity(one["cell"]) for one in findings(search)["pareto"]}
    true = {cell for cell, speed in speeds.items()
            if not any(other > speed and peak(dict(one)) <= peak(dict(cell)) or
                       other >= speed and peak(dict(one)) < peak(dict(cell)) for one, other in speeds.items())}
    assert found == true, (len(found), len(true))


def a_cell_that_fails_is_left_alone():
    def answer(ask):
        return {"failed": "no"} if ask["cell"]["engine"] == "threads" else answers(table(0))(ask)
    search, questions = run(start(), answer)
    failed = [identity(ask["cell"]) for ask in questions if ask["cell"]["engine"] == "threads"]
    assert failed and len(failed) == len(set(failed))
    assert search.trials.best().cell["engine"] == "processes"
    search, _ = run(start(trials=8), lambda ask: {"failed": "no"})
    assert findings(search)["best"] is None


def a_cell_that_there_was_no_time_for_is_none_of_those_searched():
    def answer_until(stop):
        return lambda ask: {"stop": True} if (ask["trial"], ask["round"]) == stop else answers(table(0))(ask)
    told = findings(run(start(), answer_until((3, 0)))[0])["history"]
    assert len(told) == 3 and all(row["rounds"] > 0 for row in told), told
    assert findings(run(start(), answer_until((0, 0)))[0])["history"] == []

    def no_second_runs(ask):
        return {"stop": True} if ask["round"] == 1 else answers(table(0))(ask)
    told = findings(run(start(rounds=2), no_second_runs)[0])["history"]
    assert len(told) > 3 and all(row["rounds"] == 1 for row in told), "what was run counts"


def the_key_that_matters_is_named():
    speeds = {identity(cell): 200.0 if cell["allocator"] == "glibc" else 100.0 + int(cell["batch.size"])
              for cell in cells(VALUES)}
    told = findings(run(start(), answers(speeds))[0])["importance"]
    assert max(told, key=told.get) == "allocator" and told["allocator"] > 0.5, told
    assert abs(sum(told.values()) - 1) < 1e-6


def noise_is_called_measured_only_where_runs_were_repeated():
    told = findings(run(start(rounds=1), answers(table(0)))[0])
    assert not told["noise_measured"] and told["noise"] == 0.02, told["noise"]
    assert findings(run(start(rounds=3), answers(table(0)))[0])["noise_measured"]


def the_program_speaks_the_protocol():
    answer = answers(table(0))
    program = subprocess.Popen([sys.executable, TOOLS / "tune_search.py"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    message, said = {"start": start(trials=6)}, None
    while said is None or "ask" in said:
        program.stdin.write(json.dumps(message) + "\n")
        program.stdin.flush()
        said = json.loads(program.stdout.readline())
        if "ask" in said:
            number = said["ask"]["trial"]
            message = {"tell": answer(said["ask"]) if number < 4 else {"stop": True}}
    assert len(said["done"]["history"]) == 4, said["done"]["history"]
    assert said["done"]["best"]["cell"], said
    program.stdin.close()
    assert program.wait() == 0


def a_wrong_start_is_refused():
    end = subprocess.run([sys.executable, TOOLS / "tune_search.py"], capture_output=True, text=True,
                         input=json.dumps({"start": start(objective="beauty")}) + "\n")
    assert end.returncode == 2 and "beauty" in json.loads(end.stdout)["refused"], end


PROMISES = [a_sixth_of_the_cells_is_enough, no_run_is_asked_for_twice_and_none_that_is_excluded,
            the_baseline_is_asked_for_first, the_first_cells_are_run_in_whole_rounds,
            hopeless_cells_have_one_run_and_the_best_has_all,
            equal_seeds_ask_equal_questions, a_space_that_is_small_is_measured_whole,
            the_fastest_under_a_ceiling_is_nearly_found, the_least_latency_above_a_floor_is_nearly_found,
            of_cells_that_all_miss_the_limit_the_nearest_is_told, the_best_of_a_front_is_one_of_it,
            the_front_of_a_whole_space_is_the_true_one,
            a_cell_that_fails_is_left_alone, a_cell_that_there_was_no_time_for_is_none_of_those_searched,
            the_key_that_matters_is_named, noise_is_called_measured_only_where_runs_were_repeated,
            the_program_speaks_the_protocol, a_wrong_start_is_refused]


if __name__ == "__main__":
    sys.exit(kept(PROMISES))
