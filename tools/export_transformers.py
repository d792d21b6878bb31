"""Exports a model of Hugging Face transformers as a model directory: wav2vec2-ctc, ast or whisper-encoder.

Without --checkpoint the model has the shape of the published base model and seeded random weights; with it (a name,
which needs the network, or a directory of save_pretrained) its weights, vocabulary and feature extractor. The exported
module takes what the card's front end gives and how much of each row is not padding; what the feature extractor does
beyond that is part of the module. It is traced. Before anything is written, the script compares it with feature
extractor and model as transformers runs them, on rows of different lengths, alone and as a batch.

tools/bootstrap/requirements-export.txt says how to install transformers.
"""

import argparse
import sys

import torch
from model_directory import write_model_directory
from transformers_ast import ast
from transformers_export import SAMPLE_RATE
from transformers_wav2vec2 import wav2vec2_ctc
from transformers_whisper import whisper_encoder

LARGEST_DIFFERENCE = 1e-4
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
