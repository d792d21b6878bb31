"""Exports a model of Hugging Face transformers as a model directory: wav2vec2-ctc, ast or whisper-encoder.

Without --checkpoint the model has the shape of the published base model and seeded random weights; with it (a name,
which needs the network, or a directory of save_pretrained) its weights, vocabulary and feature extractor. The exported
module takes what the card's front end gives and how much of each row is not padding; what the feature extractor does
beyond that is part of the module. It is traced. Before anything is written, the script compares it with feature
extractor and model as transformers runs them, on rows of different lengths, alone and as a batch.

tools/bootstrap/requirements-export.txt says how to install transformers. wav2vec2 checkpoints that want an attention
mask (feat_extract_norm: layer) get none here: rows with padding differ from theirs, full ones do not.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import librosa
import torch
import transformers
from model_directory import write_model_directory
from transformers.audio_utils import mel_filter_bank

SAMPLE_RATE = 16000
LARGEST_DIFFERENCE = 1e-4


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


class Wav2Vec2Tokens(torch.nn.Module):
    def __init__(self, model, normalizes):
        super().__init__()
        self.model = model
        self.normalizes = normalizes

    def forward(self, samples, lengths):
        if self.normalizes:
            samples = normalized(samples, lengths)
        return self.model(samples).logits


def normalized(samples, lengths):
    """Zero mean and unit variance over each row's recording; the padding stays zero."""
    heard = torch.arange(samples.size(1)) < lengths[:, None]
    count = lengths[:, None].clamp(min=1)
    deviation = (samples - (samples * heard).sum(1, keepdim=True) / count) * heard
    variance = deviation.square().sum(1, keepdim=True) / count
    return deviation / torch.sqrt(variance + 1e-7)


# The vocabulary of the published English models.
ENGLISH_TOKENS = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ETAONIHSRDLUMWCFGYPBVK'XJQZ"]


def vocabulary(tokenizer, size):
    """The tokens as labels: a token that a line of text cannot hold, or a missing one, gets a name in brackets."""
    tokens = {number: token for token, number in tokenizer.get_vocab().items()}
    named = [tokens.get(number, "") for number in range(size)]
    return [token if token.strip() and token.isprintable() else f"<token {n}>" for n, token in enumerate(named)]


def delimiter_number(tokenizer):
    """Looked up in the vocabulary, for the tokenizer takes a delimiter that is a space for an unknown token."""
    numbers = tokenizer.get_vocab()
    for token in (tokenizer.word_delimiter_token, " ", "|"):
        if token in numbers:
            return numbers[token]
    sys.exit("export_transformers: the vocabulary has no delimiter of words")


def wav2vec2_ctc(checkpoint):
    window, context, frame = 20.0, 2.0, 320
    extractor = transformers.Wav2Vec2FeatureExtractor()
    labels, blank, delimiter, silent = ENGLISH_TOKENS, "<pad>", "|", ["<s>", "</s>", "<unk>"]
    if checkpoint:
        extractor = transformers.Wav2Vec2FeatureExtractor.from_pretrained(checkpoint)
        tokenizer = transformers.Wav2Vec2CTCTokenizer.from_pretrained(checkpoint)
        model = transformers.Wav2Vec2ForCTC.from_pretrained(checkpoint)
        labels = vocabulary(tokenizer, model.config.vocab_size)
        blank, delimiter = labels[tokenizer.pad_token_id], labels[delimiter_number(tokenizer)]
        silent = [labels[n] for n in sorted(tokenizer.all_special_ids) if labels[n] not in (blank, delimiter)]
        silent += [label for label in labels if label.startswith("<token ") and label not in (blank, delimiter)]
    else:
        model = transformers.Wav2Vec2ForCTC(transformers.Wav2Vec2Config(vocab_size=len(labels)))
    convolution = model.wav2vec2.encoder.pos_conv_embed.conv
    torch.nn.utils.parametrize.remove_parametrizations(convolution, "weight")
    samples = round((window + 2 * context) * SAMPLE_RATE)

    def original(recording):
        values = extractor(recording, sampling_rate=SAMPLE_RATE).input_values[0]
        return model(padded(values, samples)[None]).logits[0]

    card = {
        "name": "wav2vec2-ctc",
        "sample_rate": SAMPLE_RATE,
        "frame": frame,
        "segment": {"window": window, "context": context},
        "lengths": True,
        "front_end": {"type": "waveform"},
        "output": {
            "type": "ctc",
            "activation": "softmax",
            "blank": blank,
            "word_delimiter": delimiter,
            "silent": list(dict.fromkeys(silent)),
        },
    }
    module = Wav2Vec2Tokens(model, extractor.do_normalize)
    return Export(module, card, labels, samples, lambda row: (padded(row, samples), len(row)), original)


class KaldiTags(torch.nn.Module):
    """The spectrogram that AST was trained on, which removes each frame's mean and emphasises it before the transform;
    frames past the recording's end are zero, as the feature extractor pads them."""

    WINDOW, HOP, N_FFT, EMPHASIS, FLOOR = 400, 160, 512, 0.97, 1.192092955078125e-07

    def __init__(self, model, extractor):
        super().__init__()
        self.model = model
        self.frames = extractor.max_length
        self.mean, self.scale = (extractor.mean, 2 * extractor.std) if extractor.do_normalize else (0.0, 1.0)
        filters = mel_filter_bank(
            num_frequency_bins=self.N_FFT // 2 + 1,
            num_mel_filters=extractor.num_mel_bins,
            min_frequency=20,
            max_frequency=SAMPLE_RATE // 2,
            sampling_rate=SAMPLE_RATE,
            mel_scale="kaldi",
            triangularize_in_mel_space=True,
        )
        self.register_buffer("filters", torch.from_numpy(filters).float())
        self.register_buffer("window", torch.hann_window(self.WINDOW, periodic=False))

    def forward(self, samples, lengths):
        return self.model(self.features(samples, lengths)).logits

    def features(self, samples, lengths):
        levels = self.log_mel(samples)
        made = torch.div(lengths - self.WINDOW, self.HOP, rounding_mode="floor") + 1
        heard = torch.arange(levels.size(1)) < made[:, None]
        levels = torch.nn.functional.pad(levels * heard[:, :, None], (0, 0, 0, self.frames - levels.size(1)))
        return (levels - self.mean) / self.scale

    def log_mel(self, samples):
        frames = samples.unfold(1, self.WINDOW, self.HOP)
        frames = frames - frames.mean(2, keepdim=True)
        frames = frames - self.EMPHASIS * torch.cat([frames[..., :1], frames[..., :-1]], dim=2)
        power = torch.fft.rfft(frames * self.window, n=self.N_FFT).abs().square()
        return torch.matmul(power, self.filters).clamp(min=self.FLOOR).log()


def ast(checkpoint):
    if checkpoint:
        extractor = transformers.ASTFeatureExtractor.from_pretrained(checkpoint)
        model = transformers.ASTForAudioClassification.from_pretrained(checkpoint)
    else:
        extractor = transformers.ASTFeatureExtractor()
        model = transformers.ASTForAudioClassification(transformers.ASTConfig(num_labels=527))
    module = KaldiTags(model, extractor)
    samples = extractor.max_length * module.HOP

    def original(recording):
        values = extractor(recording, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_values
        given = module.features(padded(recording, samples)[None], torch.tensor([len(recording)]))
        print(f"largest difference from the feature extractor: {(given - values).abs().max():.1e}")
        return model(values).logits[0]

    exclusive = model.config.problem_type == "single_label_classification"
    card = {
        "name": "ast",
        "sample_rate": SAMPLE_RATE,
        "segment": {"window": samples / SAMPLE_RATE},
        "lengths": True,
        "front_end": {"type": "waveform"},
        "output": {"type": "tags", "activation": "softmax" if exclusive else "sigmoid"},
    }
    labels = [model.config.id2label[number] for number in range(model.config.num_labels)]
    return Export(module, card, labels, samples, lambda row: (padded(row, samples), len(row)), original)


class WhisperMean(torch.nn.Module):
    """The mean of the encoder's vectors over the recording, padding left out. Takes the decimal logarithm of mel."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, levels, lengths):
        vectors = self.encoder(self.features(levels)).last_hidden_state
        count = torch.div(lengths + 1, 2, rounding_mode="floor").clamp(min=1)
        heard = torch.arange(vectors.size(1)) < count[:, None]
        return (vectors * heard[:, :, None]).sum(1) / count[:, None]

    def features(self, levels):
        return (torch.maximum(levels, levels.amax((1, 2), keepdim=True) - 8) + 4) / 4


def whisper_base():
    return transformers.WhisperConfig(
        d_model=512,
        encoder_layers=6,
        encoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_layers=6,
        decoder_attention_heads=8,
        decoder_ffn_dim=2048,
    )


def whisper_encoder(checkpoint):
    if checkpoint:
        extractor = transformers.WhisperFeatureExtractor.from_pretrained(checkpoint)
        encoder = transformers.WhisperModel.from_pretrained(checkpoint).encoder
    else:
        extractor = transformers.WhisperFeatureExtractor()
        encoder = transformers.WhisperModel(whisper_base()).encoder
    module = WhisperMean(encoder)
    samples, frames = extractor.n_samples, extractor.nb_max_frames
    mel = {"n_fft": extractor.n_fft, "hop": extractor.hop_length, "n_mels": extractor.feature_size}

    def frames_of(recording):
        return min(1 + len(recording) // mel["hop"], frames)

    def front_end(recording):
        names = {"n_fft": mel["n_fft"], "hop_length": mel["hop"], "n_mels": mel["n_mels"]}
        row = padded(recording, samples).numpy()
        energies = librosa.feature.melspectrogram(y=row, sr=SAMPLE_RATE, pad_mode="reflect", **names)
        return torch.from_numpy(energies[:, :frames]).clamp(min=1e-10).log10(), frames_of(recording)

    def original(recording):
        values = extractor(recording, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_features
        given = module.features(front_end(recording)[0][None])
        print(f"largest difference from the feature extractor: {(given - values).abs().max():.1e}")
        return encoder(values).last_hidden_state[0, : (frames_of(recording) + 1) // 2].mean(0)

    card = {
        "name": "whisper-encoder",
        "sample_rate": SAMPLE_RATE,
        "segment": {"window": samples / SAMPLE_RATE, "tail": "pad"},
        "lengths": True,
        "front_end": {"type": "log_mel", **mel, "log": "log10", "floor": 1e-10, "frames": frames, "layout": "bmt"},
        "output": {"type": "embedding", "dimensions": encoder.config.d_model},
    }
    return Export(module, card, None, samples, front_end, original)


MODELS = {"wav2vec2-ctc": wav2vec2_ctc, "ast": ast, "whisper-encoder": whisper_encoder}


def test_recordings(samples):
    """Noise whose level swings, over a gliding tone: a full row, one of two thirds and one of a third."""
    noise = torch.randn(samples, generator=torch.Generator().manual_seed(1))
    time = torch.arange(samples) / SAMPLE_RATE
    signal = 0.1 * noise * torch.sin(3 * time).square() + 0.2 * torch.sin(2000 * time + 300 * torch.sin(time))
    return [signal[:length].numpy() for length in (samples, samples * 2 // 3, samples // 3)]


def traced(export):
    recordings = test_recordings(export.samples)
    rows, lengths = zip(*(export.front_end(recording) for recording in recordings))
    inputs = torch.stack(rows), torch.tensor(lengths)
    module = torch.jit.trace(export.module, (inputs[0][:2], inputs[1][:2]), check_trace=False)
    expected = torch.stack([export.original(recording) for recording in recordings])
    alone = torch.cat([module(row[None], length[None]) for row, length in zip(*inputs)])
    differences = {
        "the original, row by row": (alone - expected).abs().max().item(),
        "the original, three rows at once": (module(*inputs) - expected).abs().max().item(),
    }
    print(f"outputs of the test recordings: {expected.min():.4f} to {expected.max():.4f}")
    for name, difference in differences.items():
        print(f"largest difference from {name}: {difference:.1e}")
        if not difference <= LARGEST_DIFFERENCE:
            sys.exit(f"export_transformers: more than {LARGEST_DIFFERENCE:g}; nothing was written")
    return module


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, choices=MODELS)
    parser.add_argument("--checkpoint", help="a pretrained model's name or directory; without it, random weights")
    parser.add_argument("--out", required=True, help="model directory to write")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    export = MODELS[arguments.model](arguments.checkpoint)
    export.module.eval()
    write_model_directory(arguments.out, traced(export), export.card, export.labels)


if __name__ == "__main__":
    main()
