"""Exports the resemblyzer package's speaker encoder as a model directory.

Every window of 1.6 s gives a vector of 256 numbers of length 1. The weights are the package's own, and so is the mel
spectrogram, which the card's front end computes. What the package's preprocess_wav does to a whole recording, raising
its level and cutting silence out, is left to the user. Before it returns, the script runs both over the same
signal and compares.

tools/bootstrap/requirements-export.txt says how to install the package: without the packages it depends on, for which
stand-ins are imported here.
"""

import argparse
import sys

import librosa
import scipy.ndimage
import stand_ins
import torch
from model_directory import write_model_directory

stand_ins.provide("webrtcvad")
stand_ins.provide("scipy.ndimage.morphology", binary_dilation=scipy.ndimage.binary_dilation)
import resemblyzer  # noqa: E402
from resemblyzer import hparams  # noqa: E402

SAMPLE_RATE = hparams.sampling_rate
FRAMES = hparams.partials_n_frames
N_FFT = SAMPLE_RATE * hparams.mel_window_length // 1000
HOP = SAMPLE_RATE * hparams.mel_window_step // 1000
LARGEST_DIFFERENCE = 1e-4

CARD = {
    "name": "resemblyzer",
    "sample_rate": SAMPLE_RATE,
    "segment": {"window": FRAMES * HOP / SAMPLE_RATE, "hop": FRAMES * HOP / SAMPLE_RATE / 2},
    "front_end": {
        "type": "log_mel",
        "n_fft": N_FFT,
        "hop": HOP,
        "n_mels": hparams.mel_n_channels,
        "log": "none",
        "pad_mode": "zero",
        "frames": FRAMES,
        "layout": "btm",
    },
    "output": {"type": "embedding", "dimensions": hparams.model_embedding_size},
}


class SpeakerEncoder(torch.nn.Module):
    """The package's layers; a vector of zeros stays one, where the package's division gives NaN."""

    def __init__(self, package_model):
        super().__init__()
        self.lstm = package_model.lstm
        self.linear = package_model.linear

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        hidden = self.lstm(mel)[1][0]
        return torch.nn.functional.normalize(torch.relu(self.linear(hidden[-1])), dim=1)


def load_package_model():
    return resemblyzer.VoiceEncoder("cpu", verbose=False).eval()


def front_end(samples):
    """What the card's front end gives for one window."""
    mel = librosa.feature.melspectrogram(
        y=samples, sr=SAMPLE_RATE, n_fft=N_FFT, hop_length=HOP, n_mels=hparams.mel_n_channels, pad_mode="constant"
    )
    return torch.from_numpy(mel.T[:FRAMES])


def test_windows(rows):
    """Gliding voices of one window, each row higher, louder and noisier."""
    time = torch.arange(FRAMES * HOP) / SAMPLE_RATE
    noise = torch.randn(rows, len(time), generator=torch.Generator().manual_seed(1))
    row = torch.arange(1, rows + 1)[:, None]
    pitch = 90 * row * (1 + 0.3 * torch.sin(2 * torch.pi * 0.7 * time))
    phase = torch.cumsum(2 * torch.pi * pitch / SAMPLE_RATE, 1)
    return (0.05 * row * sum(torch.sin(k * phase) / k for k in range(1, 20)) + 0.01 * row * noise).numpy()


def package_embedding(package_model, window):
    """Of one window alone, by the package's own spectrogram."""
    return torch.from_numpy(package_model.embed_utterance(window, return_partials=True)[1][0])


def largest_difference(package_model, exported, rows):
    windows = test_windows(rows)
    expected = torch.stack([package_embedding(package_model, window) for window in windows])
    print(f"numbers of {rows} test windows: {expected.min():.4f} to {expected.max():.4f}")
    given = exported(torch.stack([front_end(window) for window in windows]))
    return (given - expected).abs().max().item()


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    arguments = parser.parse_args()
    package_model = load_package_model()
    exported = torch.jit.script(SpeakerEncoder(package_model).eval())
    for rows in (1, 3):
        difference = largest_difference(package_model, exported, rows)
        print(f"largest difference from the package, {rows} rows: {difference:.1e}")
        if not difference <= LARGEST_DIFFERENCE:
            sys.exit(f"export_resemblyzer: more than {LARGEST_DIFFERENCE:g}; nothing was written")
    write_model_directory(arguments.out, exported, CARD, None)


if __name__ == "__main__":
    main()
