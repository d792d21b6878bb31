"""wav2vec2 with a CTC head, for export_transformers.py.

Checkpoints that want an attention mask (feat_extract_norm: layer) get none here: rows with padding differ from
theirs, full ones do not.
"""

import sys

import torch
import transformers
from transformers_export import SAMPLE_RATE, Export, padded


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
    labels, blank, delimiter, silent = (ENGLISH_TOKENS, "<pad>", "|", ["<s>", "</s>", "<unk>"])
    if checkpoint:
        extractor = transformers.Wav2Vec2FeatureExtractor.from_pretrained(checkpoint)
        tokenizer = transformers.Wav2Vec2CTCTokenizer.from_pretrained(checkpoint)
        model = transformers.Wav2Vec2ForCTC.from_pretrained(checkpoint)
        labels = vocabulary(tokenizer, model.config.vocab_size)
        blank, delimiter = (labels[tokenizer.pad_token_id], labels[delimiter_number(tokenizer)])
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
        "batch": 1,  # one segment fills a core, and more would make the start longer
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
