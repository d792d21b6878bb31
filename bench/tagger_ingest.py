"""From a recording to the tagger's input as a Python program does it well: soundfile, soxr, PyTorch's transform."""

import sys
from pathlib import Path

import librosa
import numpy as np
import soundfile
import soxr
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from make_tagger import CARD  # noqa: E402, from the folder named above

RATE = CARD["sample_rate"]
WINDOW = round(CARD["segment"]["window"] * RATE)


def decode(path):
    """The whole recording mixed to one channel, and its rate."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return _mixed(samples), rate


def _mixed(samples):
    # Adding columns takes a third of the time of mean(axis=1).
    return sum(samples.T[1:], samples.T[0]) / samples.shape[1]


def resample(samples, rate):
    return soxr.resample(samples, rate, RATE, quality="HQ")


def segments(samples):
    """[N, WINDOW], one after the other; the last ends where the recording ends."""
    samples = np.pad(samples, (0, max(0, WINDOW - samples.size)))
    whole = samples.size // WINDOW
    rows = samples[: whole * WINDOW].reshape(whole, WINDOW)
    return rows if samples.size == whole * WINDOW else np.concatenate([rows, samples[None, -WINDOW:]])


def batches(rows, size):
    """The rows in batches of `size`, the last one filled up with zeros."""
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        yield batch if len(batch) == size else np.pad(batch, ((0, size - len(batch)), (0, 0)))


def batches_of(path, size):
    """Like batches(), of a recording that is decoded and resampled while they are taken."""
    given, left = np.empty(0, np.float32), np.empty(0, np.float32)
    with soundfile.SoundFile(path) as file:
        resampler = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32", quality="HQ")
        for block in file.blocks(size * WINDOW * file.samplerate // RATE, dtype="float32", always_2d=True):
            resampled = resampler.resample_chunk(_mixed(block), last=file.tell() == file.frames)
            left = np.concatenate([left, resampled])
            while left.size >= size * WINDOW:
                given, left = left[: size * WINDOW], left[size * WINDOW :]
                yield given.reshape(size, WINDOW)
    if left.size:
        # With the window before, since the last segment begins in it if it is cut short.
        yield from batches(segments(np.concatenate([given[-WINDOW:], left]))[min(1, given.size) :], size)


class LogMel:
    """[B, WINDOW] → [B, 1, frames, mel bands], both float32."""

    def __init__(self):
        keys = self._keys = CARD["front_end"]
        self._window = torch.hann_window(keys["win"])
        self._filters = torch.from_numpy(
            librosa.filters.mel(
                sr=RATE, n_fft=keys["n_fft"], n_mels=keys["n_mels"], fmin=keys["f_min"], fmax=keys["f_max"]
            )
        )

    def __call__(self, batch):
        keys = self._keys
        spectrum = torch.stft(
            torch.from_numpy(batch), keys["n_fft"], keys["hop"], window=self._window, return_complex=True
        )[:, :, : keys["frames"]]
        power = spectrum.real.square() + spectrum.imag.square()
        levels = torch.matmul(self._filters, power).clamp_(min=keys["floor"]).log10_()
        return levels.transpose(1, 2).unsqueeze(1).contiguous().numpy()
