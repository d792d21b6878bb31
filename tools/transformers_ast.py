"""AST, the audio spectrogram transformer, for export_transformers.py."""

import torch
import transformers
from transformers.audio_utils import mel_filter_bank
from transformers_export import SAMPLE_RATE, Export, padded


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
        "batch": 1,  # one segment fills a core, and more would make the start longer
        "lengths": True,
        "front_end": {"type": "waveform"},
        "output": {"type": "tags", "activation": "softmax" if exclusive else "sigmoid"},
    }
    labels = [model.config.id2label[number] for number in range(model.config.num_labels)]
    return Export(module, card, labels, samples, lambda row: (padded(row, samples), len(row)), original)
