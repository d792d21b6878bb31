"""Makes the model whose op does harm when a recording asks for it (fault_op.cc): run as
make_fault_model.py LIBRARY OUT, with tools/ on the path."""

import sys

import torch
from model_directory import write_model_directory
from torch import Tensor, nn


class FaultyLevels(nn.Module):
    """[B, samples] → [B, 2]: mean magnitude and root mean square, after the op."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(2), requires_grad=False)

    def forward(self, samples: Tensor) -> Tensor:
        rows = torch.ops.rookery_test.fault(samples)
        return torch.stack([rows.abs().mean(dim=1), rows.square().mean(dim=1).sqrt()], dim=1) * self.gain


def main():
    library, out = sys.argv[1:]
    torch.ops.load_library(library)
    card = {
        "name": "faulty",
        "sample_rate": 16000,
        "segment": {"window": 0.5, "hop": 0.5, "context": 0.0, "tail": "shift"},
        "state": "none",
        "front_end": {"type": "waveform"},
        "output": {"type": "tags", "activation": "none"},
        "postprocess": {"threshold": 0.05},
    }
    write_model_directory(out, FaultyLevels(), card, ["mean_magnitude", "rms"], reference=False)


if __name__ == "__main__":
    main()
