"""The experiments of configs/bench with what docs/results holds of each: results.json of `rookery bench`, tune.json of
`rookery tune`, notes.md by hand."""

from dataclasses import dataclass, field

import yaml

from .documents import UnreadableResults, read_document
from .results import Results, read_results

FIRST = ("quick", "threads-vs-intra-op", "processes-vs-threads", "allocators-long-recording", "encoder-grid",
         "model-forms", "instances", "ensemble", "inter-op", "pipelining", "tune-space")
WORDS = {"title": "", "question": "", "published": [], "figures": []}  # a config's, with what they are if it has none


@dataclass
class Experiment:
    name: str
    config: dict
    preparations: list = field(default_factory=list)  # commands that make the model
    notes: str = ""
    results: Results | None = None
    tuning: dict | None = None


def read_experiments(sources):
    """In the order of the page. Raises UnreadableResults."""
    configs = {file.stem: file for file in (sources / "configs/bench").glob("*.yaml")}
    kept = sources / "docs/results"
    strangers = sorted({folder.name for folder in kept.glob("*/")} - set(configs))
    if strangers:
        raise UnreadableResults(f"docs/results/{strangers[0]}: there is no configs/bench/{strangers[0]}.yaml")
    order = [name for name in FIRST if name in configs] + sorted(set(configs) - set(FIRST))
    return [read_experiment(name, configs[name], kept / name) for name in order]


def read_experiment(name, file, folder):
    text = file.read_text(encoding="utf-8")
    one = Experiment(name, yaml.safe_load(text), preparations_in(text))
    if (folder / "notes.md").exists():
        one.notes = (folder / "notes.md").read_text(encoding="utf-8").strip()
    if (folder / "results.json").exists():
        one.results = with_words_of(one.config, read_results(folder / "results.json"))
    if (folder / "tune.json").exists():
        one.tuning = read_document(folder / "tune.json", "tune-results.schema.json")
    return one


def preparations_in(text):
    """Commands in the comment at a config's head: its lines that are set in."""
    head = text.partition("\ntitle:")[0].splitlines()
    return [line[1:].strip() for line in head if line.startswith("#   ")]


def with_words_of(config, results):
    """Title, claims and figures are the config's as it is now: they may be mended without measuring again."""
    return Results(results.document | {name: config.get(name) or none for name, none in WORDS.items()})
