"""Exports the silero-vad package's 16 kHz voice activity model as a model directory.

The package's module takes one frame of 512 samples a call and keeps the LSTM's state and the last 64
samples in attributes. The exported one takes a whole window, [B, T] with T a multiple of 512, and gives
[B, T/512, 1] probabilities of speech. With --state none every row starts with zero state and zero samples
before it, and the card asks for context instead; with --state carry both are handed from window to window, as
the package does. The weights are the package's own. Before it returns, the script runs both over the same
signal and compares.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

import torch
from model_directory import write_model_directory

SAMPLE_RATE = 16000
FRAME = 512
LARGEST_DIFFERENCE = 1e-5


class SpeechFrames(torch.nn.Module):
    """`streaming` is the package's 16 kHz half; its layers are kept, its frame-by-frame loop is not."""

    def __init__(self, streaming):
        super().__init__()
        self.stft = streaming.stft
        self.encoder = streaming.encoder
        self.rnn = streaming.decoder.rnn
        self.head = streaming.decoder.decoder
        self.frame: int = FRAME
        self.context: int = streaming.context_size_samples
        self.hidden: int = streaming.decoder.rnn.hidden_size

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return self.carry_on(samples, self.initial_state(samples.size(0)))[0]

    @torch.jit.export
    def initial_state(self, rows: int) -> torch.Tensor:
        """[rows, last samples before the window + hidden + cell state of the LSTM]."""
        return torch.zeros([rows, self.context + 2 * self.hidden])

    @torch.jit.export
    def carry_on(self, samples: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        rows, frames = samples.size(0), samples.size(1) // self.frame
        before, hidden, cell = state.split([self.context, self.hidden, self.hidden], dim=1)
        padded = torch.cat([before, samples], dim=1)
        with_context = padded.unfold(1, self.context + self.frame, self.frame).flatten(0, 1)
        features = self.encoder(self.stft(with_context)).reshape(rows, frames, -1)
        start = [hidden.unsqueeze(0).contiguous(), cell.unsqueeze(0).contiguous()]
        weights = [self.rnn.weight_ih, self.rnn.weight_hh, self.rnn.bias_ih, self.rnn.bias_hh]
        outputs, hidden, cell = torch.lstm(features, start, weights, True, 1, 0.0, False, False, True)
        after = torch.cat([samples[:, -self.context :], hidden.squeeze(0), cell.squeeze(0)], dim=1)
        return self.head(outputs.transpose(1, 2)).transpose(1, 2), after


class CarryingSpeechFrames(SpeechFrames):
    def forward(self, samples: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.carry_on(samples, state)


CARD = {
    "name": "silero-vad",
    "sample_rate": SAMPLE_RATE,
    "frame": FRAME,
    "segment": {
        "window": 30.72,
        "hop": 30.72,
        "context": {"left": 10.24, "right": 0.0},
        "tail": "shift",
    },
    "state": "none",
    "front_end": {"type": "waveform"},
    "output": {"type": "frames", "activation": "none"},
    "postprocess": {
        "threshold": 0.5,
        "threshold_off": 0.35,
        "min_duration_seconds": 0.25,
        "min_gap_seconds": 0.1,
    },
}


CARRYING_CARD = {
    **CARD,
    "name": "silero-vad-carry",
    "segment": {"window": 10.24, "hop": 10.24, "tail": "pad"},
    "state": "carry",
}


def load_package_model():
    """The package is looked up, not imported: importing it would need torchaudio."""
    package = importlib.util.find_spec("silero_vad")
    if package is None:
        sys.exit("export_silero_vad: the Python package silero-vad is not installed")
    path = Path(package.submodule_search_locations[0]) / "data" / "silero_vad.jit"
    return torch.jit.load(str(path), map_location="cpu").eval()


def frame_by_frame(package_model, samples):
    package_model.reset_states()
    frames = samples.split(FRAME, dim=1)
    return torch.stack([package_model(frame, SAMPLE_RATE) for frame in frames], dim=1)


def test_signal():
    """[2, T]: five seconds whose level and pitch change, so that probabilities move between 0 and 1."""
    time = torch.arange(160 * FRAME) / SAMPLE_RATE
    pitch = 140 + 40 * torch.sin(2 * torch.pi * 0.7 * time)
    phase = torch.cumsum(2 * torch.pi * pitch / SAMPLE_RATE, 0)
    voice = sum(torch.sin(k * phase) / k for k in range(1, 20))
    syllables = torch.sin(2 * torch.pi * 2 * time).clamp(min=0)
    noise = torch.randn(len(time), generator=torch.Generator().manual_seed(1))
    return torch.stack([0.2 * voice * syllables + 0.001 * noise, 0.05 * noise])


def in_two_windows(carrying, signal):
    half = signal.size(1) // 2
    first, state = carrying(signal[:, :half], carrying.initial_state(signal.size(0)))
    return torch.cat([first, carrying(signal[:, half:], state)[0]], dim=1)


@torch.no_grad()
def largest_difference(package_model, exported, carries):
    signal = test_signal()
    expected = frame_by_frame(package_model, signal)
    print(f"probabilities of the test signal: {expected.min():.4f} to {expected.max():.4f}")
    given = in_two_windows(exported, signal) if carries else exported(signal)
    return (given - expected).abs().max().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    parser.add_argument("--state", choices=["none", "carry"], default="none", help="see above")
    arguments = parser.parse_args()
    carries = arguments.state == "carry"
    package_model = load_package_model()
    wrapper = CarryingSpeechFrames if carries else SpeechFrames
    exported = torch.jit.script(wrapper(package_model._model).eval())
    difference = largest_difference(package_model, exported, carries)
    print(f"largest difference from the package's module, frame by frame: {difference:.1e}")
    if not difference <= LARGEST_DIFFERENCE:
        sys.exit(f"export_silero_vad: more than {LARGEST_DIFFERENCE:g}; nothing was written")
    write_model_directory(arguments.out, exported, CARRYING_CARD if carries else CARD, ["speech"])


if __name__ == "__main__":
    main()
