"""Ways of tagging recordings, rookery's and others, measured in rounds that take turns."""

import json
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rookery_run import command, run
from tagger_forms import BATCH, runtimes_command

LABELS = 527
STAGES = {"decode": ["probe", "decode", "resample"], "front end": ["front_end"], "forward": ["forward"]}


@dataclass
class Measured:
    start_up_seconds: float
    wall_seconds: float  # after start-up
    cpu_seconds: dict


class Rookery:
    """`rookery run` with one form of the model."""

    def __init__(self, form, programs, model):
        self.name, self._programs, self._model = f"rookery, {form}", programs, model

    def measure(self, recordings):
        summary = run(self._programs, self._model, recordings, "--batch", BATCH)
        start_up = summary["start_up_seconds"]
        return Measured(start_up, summary["wall_seconds"] - start_up, summary["cpu_seconds"])

    def scores(self, recording):
        """All scores of all segments, which the card of an embedding of as many numbers keeps as they are."""
        with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
            model, out = Path(folder) / "model", Path(folder) / "out"
            shutil.copytree(self._model, model)
            keep_vectors(model / "model.yaml")
            words = command(self._programs, model, out, [recording], "--batch", BATCH, "--format", "npy")
            subprocess.run(words, check=True)
            return np.load(next(out.rglob("*.npy")))


def keep_vectors(card):
    replaced = ("output:", "labels:", "postprocess:")
    lines = [line for line in card.read_text().splitlines() if not line.startswith(replaced)]
    card.write_text("\n".join([*lines, f"output: {{type: embedding, dimensions: {LABELS}}}", ""]))


class Program:
    """A script of this folder that takes recordings and prints what Measured holds, as JSON."""

    def __init__(self, name, script, *options):
        self.name, self._script, self._options = name, script, options

    def measure(self, recordings):
        return Measured(**json.loads(self._output(*recordings)))

    def scores(self, recording):
        with tempfile.NamedTemporaryFile() as file:
            self._output("--scores", file.name, recording)
            return np.fromfile(file.name, np.float32).reshape(-1, LABELS)

    def _output(self, *arguments):
        words = runtimes_command(self._script, *self._options, *arguments)
        return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(ways, recordings, rounds):
    """{name: [Measured, …]}; tells the wall seconds of each as they come."""
    results = {way.name: [] for way in ways}
    print(f"\nround   {'   '.join(results)}")
    for number in range(1, rounds + 1):
        print(f"{number:5}", end="", flush=True)
        for way in ways:
            results[way.name].append(way.measure(recordings))
            print(f"{results[way.name][-1].wall_seconds:8.2f}", end="", flush=True)
        print()
    return results


def print_table(results, audio_seconds):
    stages = "".join(f"{stage:>11}" for stage in [*STAGES, "rest", "sum"])
    print(f"\n{'':26}{'× real time':>12}{'least–most':>14}{'start-up, s':>13}   CPU s an hour:{stages}")
    for name, rounds in results.items():
        speeds = [audio_seconds / one.wall_seconds for one in rounds]
        start_up = statistics.median(one.start_up_seconds for one in rounds)
        cpu = "".join(f"{seconds / audio_seconds * 3600:11.2f}" for seconds in _median_stages(rounds))
        spread = f"{min(speeds):.0f}–{max(speeds):.0f}"
        print(f"{name:26}{statistics.median(speeds):12.1f}{spread:>14}{start_up:13.1f}{'':17}{cpu}")


def _median_stages(rounds):
    """CPU seconds in the order of STAGES, those of all other stages, and of all."""
    stages = [[sum(one.cpu_seconds.get(name, 0) for name in names) for one in rounds] for names in STAGES.values()]
    sums = [sum(one.cpu_seconds.values()) for one in rounds]
    rests = [whole - sum(told) for whole, *told in zip(sums, *stages)]
    return [statistics.median(column) for column in [*stages, rests, sums]]


def fastest(results, kind, precision):
    names = [name for name in results if name.startswith(kind) and name.endswith(precision)]
    return min(names, key=lambda name: statistics.median(one.wall_seconds for one in results[name]))


def print_ratio(results, name, other, wanted):
    """Of the rounds' ratios the median, least and most; and of CPU seconds, which a busy host disturbs less."""
    pairs = list(zip(results[name], results[other]))
    ratios = [theirs.wall_seconds / own.wall_seconds for own, theirs in pairs]
    cpu = [sum(theirs.cpu_seconds.values()) / sum(own.cpu_seconds.values()) for own, theirs in pairs]
    spread = f"{min(ratios):.3f}–{max(ratios):.3f}"
    print(f"{name} is {statistics.median(ratios):.3f} times as fast as {other} ({spread}; wanted {wanted}),")
    print(f"  by CPU seconds {statistics.median(cpu):.3f} times")


def print_scores(ways, recording):
    """How far each way's scores are from those of the first."""
    expected = ways[0].scores(recording)
    print(f"\nlargest difference of a score from {ways[0].name}'s, over {len(expected)} segments")
    for way in ways[1:]:
        print(f"{way.name:26}{np.abs(way.scores(recording) - expected).max():10.2g}", flush=True)
