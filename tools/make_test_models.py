"""Makes the tiny model directories that tests load, OUT/<name>, each a few kilobytes.

`levels`, `frame_levels` and `neighbour_levels` are simple functions of the samples, so that a test can compute
what must come out. The others each have one property that loading, checking or sharing must survive or refuse.
"""

import argparse
from pathlib import Path

import torch
from model_directory import write_card, write_labels, write_model_directory
from torch import Tensor, nn

SAMPLE_RATE = 16000
FRAME = 160
LEVEL_LABELS = ["mean_magnitude", "rms"]
FADING = 0.9  # of a level, from frame to frame
WINDOW_FRAMES = 50
VOCABULARY = 100


def levels_of(samples: Tensor) -> Tensor:
    """[B, samples] → [B, 2]: mean magnitude and root mean square."""
    return torch.stack([samples.abs().mean(dim=1), samples.square().mean(dim=1).sqrt()], dim=1)


class Levels(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(2), requires_grad=False)

    def forward(self, samples: Tensor) -> Tensor:
        return levels_of(samples) * self.gain


class MelLevels(nn.Module):
    """[B, mel, time] → [B, 2]: how loud it is and how loud it becomes, from log-mel values."""

    def forward(self, log_mel: Tensor) -> Tensor:
        levels = torch.stack([log_mel.mean(dim=[1, 2]), log_mel.amax(dim=[1, 2])], dim=1)
        return torch.sigmoid(levels)


class FrameLevels(nn.Module):
    """[B, samples] → [B, frames, 1]: the root mean square of each frame, whatever stands around it."""

    def __init__(self):
        super().__init__()
        self.frame: int = FRAME
        self.gain = nn.Parameter(torch.ones(1), requires_grad=False)

    def forward(self, samples: Tensor) -> Tensor:
        frames = samples.view(samples.size(0), -1, self.frame)
        return frames.square().mean(dim=2, keepdim=True).sqrt() * self.gain


class NeighbourLevels(nn.Module):
    """[B, samples] → [B, frames, 2]: what is left of each frame's level, and what there is, once ten
    frames on either side have been mixed in."""

    def __init__(self):
        super().__init__()
        self.frame: int = FRAME
        self.mix = nn.Conv1d(1, 1, 21, padding=10, bias=False)
        with torch.no_grad():
            self.mix.weight.copy_(torch.hann_window(23)[1:-1].view(1, 1, -1) / 11)

    def forward(self, samples: Tensor) -> Tensor:
        frames = samples.view(samples.size(0), -1, self.frame)
        levels = frames.square().mean(dim=2).sqrt().unsqueeze(1)
        mixed = torch.tanh(4 * self.mix(levels)).squeeze(1)
        return torch.stack([1 - mixed, mixed], dim=2)


class RunningLevels(nn.Module):
    """([B, samples], [B, 1]) → ([B, frames, 1], [B, 1]): the level of the frames so far, old ones fading. The state
    is the last one; at a recording's start it is as if half a level had been heard for ever."""

    def __init__(self):
        super().__init__()
        self.frame: int = FRAME
        frames = torch.arange(WINDOW_FRAMES)
        ages = frames.unsqueeze(0) - frames.unsqueeze(1)
        self.fading = nn.Parameter(FADING ** (frames + 1), requires_grad=False)
        self.shares = nn.Parameter(((1 - FADING) * FADING ** ages.float()).triu(), requires_grad=False)

    def forward(self, samples: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        frames = samples.view(samples.size(0), -1, self.frame)
        levels = frames.square().mean(dim=2).sqrt()
        running = torch.matmul(levels, self.shares) + state * self.fading
        return running.unsqueeze(2), running[:, -1:]

    @torch.jit.export
    def initial_state(self, rows: int) -> Tensor:
        return torch.full([rows, 1], 0.5)


class HeardLevels(nn.Module):
    """([B, samples], [B]) → [B, 2]: as Levels, of as much of each row as is not padding."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(2), requires_grad=False)

    def forward(self, samples: Tensor, lengths: Tensor) -> Tensor:
        heard = torch.arange(samples.size(1)).unsqueeze(0) < lengths.unsqueeze(1)
        samples = samples * heard
        count = lengths.clamp(min=1)
        magnitude = samples.abs().sum(dim=1) / count
        return torch.stack([magnitude, (samples.square().sum(dim=1) / count).sqrt()], dim=1) * self.gain


class TokenShares(nn.Module):
    """[B, tokens] → [B, vocabulary]: what share of a row each token is."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(torch.eye(VOCABULARY))

    def forward(self, tokens: Tensor) -> Tensor:
        return self.embedding(tokens).mean(dim=1)


class Throws(nn.Module):
    def forward(self, samples: Tensor) -> Tensor:
        if samples.size(0) > 0:
            raise ValueError("this model always throws")
        return samples


class WrongInput(nn.Module):
    """Wants 32 numbers a row."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(32, 2)

    def forward(self, samples: Tensor) -> Tensor:
        return self.linear(samples)


class GivesNan(nn.Module):
    def forward(self, samples: Tensor) -> Tensor:
        return levels_of(samples) * float("nan")


class NanWhenLoud(nn.Module):
    """No number for a row that has a sample beyond ±0.5."""

    def forward(self, samples: Tensor) -> Tensor:
        return torch.sqrt(0.5 - samples.abs().amax(dim=1, keepdim=True)) + levels_of(samples)


class WritesBuffer(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("loudest", torch.zeros(1))

    def forward(self, samples: Tensor) -> Tensor:
        self.loudest.copy_(torch.maximum(self.loudest, samples.abs().max()))
        return levels_of(samples) / (1 + self.loudest)


class CountsCalls(nn.Module):
    """Changes a plain value of its own, no tensor."""

    def __init__(self):
        super().__init__()
        self.calls: int = 0

    def forward(self, samples: Tensor) -> Tensor:
        self.calls += 1
        return levels_of(samples) / self.calls


class TwoEqualWeights(nn.Module):
    """A loader that merges equal tensors, or their stand-ins, would leave one name without its own."""

    def __init__(self):
        super().__init__()
        self.first = nn.Parameter(torch.full([2], 0.5), requires_grad=False)
        self.second = nn.Parameter(torch.full([2], 0.5), requires_grad=False)

    def forward(self, samples: Tensor) -> Tensor:
        return levels_of(samples) * (self.first + self.second)


class ChannelsLast(nn.Module):
    """Strides of its weight are not those of its shape."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 2, 3, bias=False).to(memory_format=torch.channels_last)
        weights = torch.arange(self.conv.weight.numel()) / self.conv.weight.numel()
        with torch.no_grad():
            self.conv.weight.copy_(weights.view(self.conv.weight.shape))

    def forward(self, samples: Tensor) -> Tensor:
        images = samples.reshape(samples.size(0), 4, 40, -1)
        return self.conv(images).abs().mean(dim=[2, 3])


class Half(nn.Module):
    """Tensors of several types; all are factors of one, or choose columns in order."""

    def __init__(self):
        super().__init__()
        self.register_buffer("point_five", torch.full([3], 0.5, dtype=torch.float16))
        self.register_buffer("two", torch.full([5], 2.0, dtype=torch.bfloat16))
        self.register_buffer("columns", torch.tensor([0, 1], dtype=torch.int64))
        self.register_buffer("wanted", torch.tensor([True, True]))
        self.register_buffer("one", torch.ones([], dtype=torch.float64))

    def forward(self, samples: Tensor) -> Tensor:
        factor = self.point_five[0].float() * self.two[4].float() * self.one.float()
        return levels_of(samples)[:, self.columns] * factor * self.wanted


class StartsThreads(nn.Module):
    """Runs part of itself in a thread, which a process that forks workers must not have."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(2), requires_grad=False)

    def weigh(self, levels: Tensor) -> Tensor:
        return levels * self.gain

    def forward(self, samples: Tensor) -> Tensor:
        return torch.jit.wait(torch.jit.fork(self.weigh, levels_of(samples)))


def card(name, output="tags", window=0.5, context=0.0, **more):
    return {
        "name": name,
        "sample_rate": SAMPLE_RATE,
        "segment": {"window": window, "hop": window, "context": context, "tail": "shift"},
        "state": "none",
        "front_end": {"type": "waveform"},
        "output": {"type": output, "activation": "none"},
        "postprocess": {"threshold": 0.1},
        **more,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    out = parser.parse_args().out

    torch.manual_seed(0)
    tags = {
        "levels": Levels(),
        "throws": Throws(),
        "wrong_input": WrongInput(),
        "gives_nan": GivesNan(),
        "nan_when_loud": NanWhenLoud(),
        "writes_buffer": WritesBuffer(),
        "counts_calls": CountsCalls(),
        "two_equal_weights": TwoEqualWeights(),
        "channels_last": ChannelsLast(),
        "half": Half(),
        "starts_threads": StartsThreads(),
    }
    for name, module in tags.items():
        reference = name == "channels_last"
        write_model_directory(out / name, module, card(name), LEVEL_LABELS, reference=reference)
    labels = [*LEVEL_LABELS, "extra"]
    write_model_directory(out / "wrong_labels", Levels(), card("wrong_labels"), labels, reference=False)
    frames = card("frame_levels", output="frames", window=1.0, context=0.2, frame=FRAME)
    write_model_directory(out / "frame_levels", FrameLevels(), frames, ["level"], reference=False)

    neighbours = card("neighbour_levels", output="frames", window=1.0, context=0.2, frame=FRAME)
    neighbours["segment"]["hop"] = 0.9
    labels = ["quiet", "loud"]
    write_model_directory(out / "neighbour_levels", NeighbourLevels(), neighbours, labels, reference=False)

    running = card("running_levels", output="frames", frame=FRAME, state="carry")
    running["segment"]["tail"] = "pad"
    write_model_directory(out / "running_levels", RunningLevels(), running, ["level"])
    heard = card("heard_levels", lengths=True)
    heard["segment"]["tail"] = "pad"
    write_model_directory(out / "heard_levels", HeardLevels(), heard, LEVEL_LABELS)

    mel = card("mel_levels")
    mel["front_end"] = {"type": "log_mel", "n_fft": 400, "hop": 160, "n_mels": 40, "layout": "bmt"}
    write_model_directory(out / "mel_levels", MelLevels(), mel, LEVEL_LABELS)

    shares = card("token_shares", output="embedding", window=0.25)
    shares["front_end"] = {"type": "tokens", "vocabulary": VOCABULARY}
    shares["output"]["dimensions"] = VOCABULARY
    del shares["postprocess"]
    write_model_directory(out / "token_shares", TokenShares(), shares, None)

    for name in ["not_torchscript", "missing_file"]:
        (out / name).mkdir(parents=True, exist_ok=True)
        write_labels(out / name, LEVEL_LABELS)
        write_card(out / name, {**card(name), "file": "model.pt", "labels": "labels.txt"})
    (out / "not_torchscript" / "model.pt").write_text("this is text, no TorchScript archive\n")


if __name__ == "__main__":
    main()
