"""Makes the DTMF model: a recogniser of dialled digits whose weights are computed, not trained.

A dialled digit is a pair of tones, one of four low and one of four high frequencies. Each tone has two
filters, a cosine and a sine under a Hann window; the sum of their squared outputs is the tone's power at
any phase. A digit's score is high if its two tones carry most of the segment's power and neither
is missing. A tone alone, noise and silence score near 0; the recording's level hardly matters.
"""

import argparse
import math

import torch
from model_directory import write_model_directory

SAMPLE_RATE = 8000
WINDOW_SECONDS = 0.1
FRAME_SAMPLES = 800  # of WINDOW_SECONDS
LOW_TONES_HZ = [697, 770, 852, 941]
HIGH_TONES_HZ = [1209, 1336, 1477, 1633]
KEYPAD = "123A456B789C*0#D"  # row by row: one row for each low tone, one column for each high tone

# A Hann window of 30 ms is zero from 67 Hz off its centre on, which is less than the 73 Hz between the
# closest tones, and wide enough for tones that are up to 1.5% off.
FILTER_SAMPLES = 240
FILTER_STEP = 80


def tone_filters():
    """[16, 1, FILTER_SAMPLES]: cosines of the eight tones, then their sines.

    Scaled so that (cosine output)² + (sine output)² is the tone's power, amplitude² / 2.
    """
    window = torch.hann_window(FILTER_SAMPLES, dtype=torch.float64)
    window *= math.sqrt(2) / window.sum()
    tones = torch.tensor(LOW_TONES_HZ + HIGH_TONES_HZ, dtype=torch.float64)
    time = torch.arange(FILTER_SAMPLES, dtype=torch.float64) / SAMPLE_RATE
    phase = 2 * math.pi * tones[:, None] * time
    return (torch.cat([phase.cos(), phase.sin()]) * window)[:, None, :].float()


class DtmfRecogniser(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Parameter(tone_filters(), requires_grad=False)
        self.register_buffer("power_floor", torch.tensor(1e-6))  # -60 dB: below it all is silence
        self.register_buffer("share_gate", torch.tensor([40.0, 0.4]))  # slope, middle
        self.register_buffer("weaker_gate", torch.tensor([200.0, 0.05]))
        self.step: int = FILTER_STEP

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return self.recognise(samples)

    def recognise(self, samples: torch.Tensor) -> torch.Tensor:
        """[B, samples] at 8 kHz → [B, 16], scores in keypad order."""
        filtered = torch.conv1d(samples.unsqueeze(1), self.filters, stride=self.step)
        tone_power = (filtered[:, :8] ** 2 + filtered[:, 8:] ** 2).mean(dim=2)
        low = tone_power[:, :4].unsqueeze(2)
        high = tone_power[:, 4:].unsqueeze(1)
        total = (samples**2).mean(dim=1) + self.power_floor
        share = ((low + high) / total[:, None, None]).flatten(1)
        weaker = (torch.minimum(low, high) / total[:, None, None]).flatten(1)
        return self.gate(share, self.share_gate) * self.gate(weaker, self.weaker_gate)

    def gate(self, value: torch.Tensor, slope_and_middle: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(slope_and_middle[0] * (value - slope_and_middle[1]))


class DtmfTranscriber(DtmfRecogniser):
    """[B, samples] → [B, frames, 17]: for each frame of WINDOW_SECONDS a blank's probability and the digits'."""

    def __init__(self):
        super().__init__()
        self.frame: int = FRAME_SAMPLES

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        frames = samples.unfold(1, self.frame, self.frame)
        digits = self.recognise(frames.flatten(0, 1)).unflatten(0, frames.shape[:2])
        return torch.cat([1 - digits.amax(2, keepdim=True), digits], dim=2)


CARD = {
    "name": "dtmf",
    "sample_rate": SAMPLE_RATE,
    "segment": {
        "window": WINDOW_SECONDS,
        "hop": WINDOW_SECONDS,
        "context": {"left": 0.0, "right": 0.0},
        "tail": "shift",
    },
    "state": "none",
    "front_end": {"type": "waveform"},
    "output": {"type": "tags", "activation": "none"},
    "postprocess": {"threshold": 0.5, "merge": True},
}


TRANSCRIBING_CARD = {
    **CARD,
    "name": "dtmf-ctc",
    "frame": FRAME_SAMPLES,
    "segment": {"window": 4.0, "hop": 3.7, "context": {"left": 0.3, "right": 0.2}, "tail": "shift"},
    "output": {"type": "ctc", "activation": "none", "blank": "<blank>"},
    "postprocess": {"decoder": "greedy"},
}
EMBEDDING_CARD = {
    **CARD,
    "name": "dtmf-embedding",
    "output": {"type": "embedding", "dimensions": len(KEYPAD)},
    "postprocess": {},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="model directory to write")
    parser.add_argument("--kind", choices=["tags", "ctc", "embedding"], default="tags", help="of output")
    arguments = parser.parse_args()
    if arguments.kind == "ctc":
        labels = ["<blank>", *KEYPAD]
        write_model_directory(arguments.out, DtmfTranscriber(), TRANSCRIBING_CARD, labels)
    elif arguments.kind == "embedding":
        write_model_directory(arguments.out, DtmfRecogniser(), EMBEDDING_CARD, None)
    else:
        write_model_directory(arguments.out, DtmfRecogniser(), CARD, list(KEYPAD))


if __name__ == "__main__":
    main()
