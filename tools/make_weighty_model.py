"""Makes a model of many megabytes of weights that is cheap to run, for measuring memory.

The window is folded to WIDTH numbers, which go through a stack of linear layers of WIDTH × WIDTH floats.
Every layer is read in every forward call, so all of the weights are in use.
"""

import argparse

import torch
from model_directory import write_model_directory
from torch import Tensor, nn

WIDTH = 1024
SAMPLE_RATE = 16000
WINDOW_SECONDS = 1.024  # 16 × WIDTH samples
LABELS = ["first", "second", "third", "fourth"]


class Weighty(nn.Module):
    def __init__(self, megabytes):
        super().__init__()
        layer_bytes = 4 * WIDTH * WIDTH
        count = max(1, round(megabytes * 1_000_000 / layer_bytes))
        layers = [nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(count)]
        self.layers = nn.ModuleList(layers)
        self.head = nn.Linear(WIDTH, len(LABELS))
        self.width: int = WIDTH

    def forward(self, samples: Tensor) -> Tensor:
        features = samples.view(samples.size(0), -1, self.width).mean(dim=1)
        for layer in self.layers:
            features = torch.tanh(features + layer(features))
        return torch.sigmoid(self.head(features))


CARD = {
    "name": "weighty",
    "sample_rate": SAMPLE_RATE,
    "segment": {"window": WINDOW_SECONDS, "hop": WINDOW_SECONDS, "context": 0.0, "tail": "shift"},
    "state": "none",
    "front_end": {"type": "waveform"},
    "output": {"type": "tags", "activation": "none"},
    "postprocess": {"threshold": 0.5},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    parser.add_argument("--megabytes", type=float, default=400, help="10^6 bytes of weights")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    write_model_directory(arguments.out, Weighty(arguments.megabytes), CARD, LABELS)


if __name__ == "__main__":
    main()
