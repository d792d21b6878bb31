"""What the exports of transformers' models have in common."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

SAMPLE_RATE = 16000


@dataclass
class Export:
    """`front_end` and `original` take one recording as a NumPy array, up to `samples` long."""

    module: torch.nn.Module
    card: dict
    labels: list | None
    samples: int
    front_end: Callable  # to one row of the module's input and its length
    original: Callable  # to one row of what the module should give


def padded(recording, samples):
    return torch.nn.functional.pad(torch.from_numpy(recording), (0, samples - len(recording)))
