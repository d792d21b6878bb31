"""Whisper's encoder, for export_transformers.py."""

import librosa
import torch
import transformers
from transformers_export import SAMPLE_RATE, Export, padded


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
        "batch": 1,  # one segment fills a core, and more would make the start longer
        "lengths": True,
        "front_end": {"type": "log_mel", **mel, "log": "log10", "floor": 1e-10, "frames": frames, "layout": "bmt"},
        "output": {"type": "embedding", "dimensions": encoder.config.d_model},
    }
    return Export(module, card, None, samples, front_end, original)
