"""Makes the CNN tagger of the measurements: 527 labels, 4.1 GFLOP for 5 s of audio, seeded random weights.

Five blocks of two (3×3 convolution without bias, batch normalisation, ReLU) and 2×2 average pooling,
then mean over mel, maximum plus mean over time, linear, sigmoid. What it finds means nothing; what it
costs is that of a trained tagger.
"""

import argparse
import shutil
from pathlib import Path

import torch
from compiled_package import compile_package
from model_directory import write_card, write_model_directory
from torch import Tensor, nn

CHANNELS = [32, 64, 128, 256, 512]
LABELS = 527
BATCH = 4  # rows of the compiled package


def convolution(inputs, outputs):
    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    # PyTorch's own initial weights shrink the signal from layer to layer until all scores are equal.
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return [layer, nn.BatchNorm2d(outputs), nn.ReLU()]


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs in zip([1, *CHANNELS], CHANNELS):
            layers += convolution(inputs, outputs) + convolution(outputs, outputs)
            layers.append(nn.AvgPool2d(2))
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(CHANNELS[-1], LABELS)

    def forward(self, log_mel: Tensor) -> Tensor:
        """[B, 1, 500 (time), 64 (mel)] → [B, 527] in 0…1."""
        features = self.blocks(log_mel).mean(dim=3)
        return torch.sigmoid(self.head(features.amax(dim=2) + features.mean(dim=2)))


class Taggers(nn.Module):
    """The mean of several taggers, each of which an inter-op thread may run."""

    def __init__(self, count):
        super().__init__()
        self.taggers = nn.ModuleList(Tagger() for _ in range(count))

    def forward(self, log_mel: Tensor) -> Tensor:
        futures: list[torch.jit.Future[Tensor]] = []
        for tagger in self.taggers:
            futures.append(torch.jit.fork(tagger, log_mel))
        scores: list[Tensor] = []
        for future in futures:
            scores.append(torch.jit.wait(future))
        return torch.stack(scores).mean(dim=0)


CARD = {
    "name": "tagger",
    "sample_rate": 32000,
    "segment": {"window": 5.0, "hop": 5.0, "context": 0.0, "tail": "shift"},
    "state": "none",
    "front_end": {
        "type": "log_mel",
        "n_fft": 1024,
        "win": 1024,
        "hop": 320,
        "n_mels": 64,
        "f_min": 50.0,
        "f_max": 14000.0,
        "mel": "slaney",
        "norm": "slaney",
        "power": 2.0,
        "log": "log10",
        "floor": 1e-10,
        "frames": 500,
        "layout": "b1tm",
    },
    "output": {"type": "tags", "activation": "none"},
    "postprocess": {"threshold": 0.5, "top_k": 5},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--name", default=CARD["name"], help="what results of several models are told apart by")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--package", action="store_true", help="compile it too: model.pt2 beside model.pt")
    form.add_argument("--forks", type=int, metavar="N", help="the mean of N taggers, which the model forks")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    labels = [f"class-{number:03}" for number in range(LABELS)]
    tagger = Taggers(arguments.forks) if arguments.forks else Tagger()
    card = {**CARD, "name": arguments.name}
    write_model_directory(arguments.out, tagger, card, labels)
    if arguments.package:
        add_package(arguments.out, tagger, card)


def add_package(directory, tagger, card):
    """Puts the compiled model into the directory and lets the card name it."""
    folder = Path(directory) / "model.pt2"
    example = torch.randn(BATCH, 1, CARD["front_end"]["frames"], CARD["front_end"]["n_mels"])
    shutil.rmtree(folder, ignore_errors=True)
    compile_package(tagger, (example,), folder)
    write_card(directory, {**card, "batch": BATCH, "file": folder.name, "labels": "labels.txt"})


if __name__ == "__main__":
    main()
