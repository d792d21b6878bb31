"""Writes a model directory: model.pt (TorchScript), labels.txt and the card model.yaml."""

import json
import re
from pathlib import Path

import torch


def write_model_directory(directory, module, card, labels, reference=True):
    """Writes `module` (an nn.Module to script, or one that is scripted already), its labels and its card.

    `card` maps the card's keys to their values; `file` and `labels` are added here. An embedding has no labels.
    A `reference` runs the module once.
    """
    if not isinstance(module, torch.jit.ScriptModule):
        module = torch.jit.script(module.eval())
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    module.save(str(directory / "model.pt"))
    card = {**card, "file": "model.pt"}
    if labels is not None:
        write_labels(directory, labels)
        card["labels"] = "labels.txt"
    write_card(directory, card)
    if reference:
        write_reference(directory, module, card)


def write_reference(directory, module, card):
    """Writes reference.pt, which `rookery inspect --verify` replays: a waveform and the scores for it."""
    context = card["segment"].get("context", 0)
    sides = context.values() if isinstance(context, dict) else [context, context]
    samples = round((card["segment"]["window"] + sum(sides)) * card["sample_rate"])
    waveform = 0.05 * torch.randn(2, samples, generator=torch.Generator().manual_seed(1))
    activation = {"none": lambda output: output, "sigmoid": torch.sigmoid, "softmax": lambda o: o.softmax(-1)}
    with torch.inference_mode():
        output = run(module, front_end(waveform, card), card)
        scores = activation[card["output"].get("activation", "none")](output).float()
    torch.save({"waveform": waveform, "scores": scores}, Path(directory) / "reference.pt")


def front_end(waveform, card):
    """What the module is given for these rows."""
    if card["front_end"]["type"] == "waveform":
        return waveform
    if card["front_end"]["type"] == "tokens":
        return tokens(waveform, card["front_end"]["vocabulary"])
    from log_mel import DEFAULTS, log_mel  # librosa takes seconds to load, and most models need none

    keys = {**DEFAULTS, **card["front_end"]}
    rows = [log_mel(row.numpy(), keys, card["sample_rate"]) for row in waveform]
    values = torch.stack([torch.from_numpy(row) for row in rows]).float()
    layout = keys.get("layout", "b1tm")
    values = values.transpose(1, 2) if layout.endswith("mt") else values
    return values.unsqueeze(1) if "1" in layout else values


def tokens(waveform, vocabulary):
    """Each sample as a number from 0 to below `vocabulary`."""
    return ((waveform + 1) * 0.5 * vocabulary).floor().clamp(0, vocabulary - 1).long()


def run(module, waveform, card):
    """The module's output for rows without padding; of a module that carries state, one row after the other."""
    if card.get("state") != "carry":
        return module(waveform, *lengths_of(waveform, card))
    outputs, state = [], module.initial_state(1)
    for row in waveform.split(1):
        output, state = module(row, *lengths_of(row, card), state)
        outputs.append(output)
    return torch.cat(outputs)


def lengths_of(waveform, card):
    """What a module that takes lengths is given besides; nothing for others."""
    return [torch.full([waveform.size(0)], waveform.size(1))] if card.get("lengths") else []


def write_labels(directory, labels):
    text = "".join(f"{label}\n" for label in labels)
    (Path(directory) / "labels.txt").write_text(text, encoding="utf-8")


def write_card(directory, card):
    text = "".join(f"{key}: {_flow(value)}\n" for key, value in card.items())
    (Path(directory) / "model.yaml").write_text(text, encoding="utf-8")


def _flow(value):
    """One YAML value in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str) and re.fullmatch(r"[\w./-]+", value):
        return value
    return json.dumps(value, ensure_ascii=False)
