"""Makes an encoder of the shape of BERT base as model directories, one for each length of its input, OUT/seq-N.

12 layers of 768, 12 heads, 3072 inside, 30522 tokens, up to 512 positions; mean over the tokens, [B, 768]. Seeded
random weights: what it gives means nothing; what it costs is that of a trained encoder. All directories share one file
of weights, OUT/encoder.pt. The card's front end makes tokens of samples, so that a window of N samples is a row of N.

--frozen adds OUT/frozen/seq-N, likewise of one file; --compiled adds OUT/compiled/seq-N, each a package of its own for
batches of any number of rows, which takes a minute and as much disk as the weights.
"""

import argparse
import shutil
from pathlib import Path

import torch
from compiled_package import compile_package
from model_directory import write_card
from torch import Tensor, nn
from torch.nn import functional

LENGTHS = [8, 16, 32, 64, 128, 256, 384, 512]
SAMPLE_RATE = 16000
SPREAD = 0.02  # of the initial weights


class Layer(nn.Module):
    """Attention and two linear layers, each added to its input and normalised."""

    def __init__(self, width: int, heads: int, inside: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.mixed = nn.Linear(width, width)
        self.after_attention = nn.LayerNorm(width, eps=1e-12)
        self.widen = nn.Linear(width, inside)
        self.narrow = nn.Linear(inside, width)
        self.after_inside = nn.LayerNorm(width, eps=1e-12)

    def split(self, values: Tensor) -> Tensor:
        """[B, tokens, width] → [B, heads, tokens, width of a head]."""
        return values.unflatten(2, [self.heads, -1]).transpose(1, 2)

    def forward(self, values: Tensor) -> Tensor:
        query, key, value = self.split(self.query(values)), self.split(self.key(values)), self.split(self.value(values))
        heard = functional.scaled_dot_product_attention(query, key, value)
        values = self.after_attention(values + self.mixed(heard.transpose(1, 2).flatten(2)))
        return self.after_inside(values + self.narrow(functional.gelu(self.widen(values))))


class Encoder(nn.Module):
    def __init__(self, layers: int, width: int, heads: int, inside: int, vocabulary: int, positions: int):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(positions, width)
        self.after_embedding = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.Sequential(*[Layer(width, heads, inside) for _ in range(layers)])
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=SPREAD)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, tokens] of integers → [B, width]."""
        positions = torch.arange(tokens.size(1), device=tokens.device)
        values = self.after_embedding(self.tokens(tokens) + self.positions(positions))
        return self.layers(values).mean(dim=1)


def write_directory(directory, length, file, options):
    window = length / SAMPLE_RATE
    card = {
        "name": f"encoder-{length}",
        "file": file,
        "sample_rate": SAMPLE_RATE,
        "segment": {"window": window, "hop": window, "tail": "drop"},
        "front_end": {"type": "tokens", "vocabulary": options.vocabulary},
        "output": {"type": "embedding", "dimensions": options.width},
    }
    directory.mkdir(parents=True, exist_ok=True)
    write_card(directory, card)


def write_directories(folder, module, file, options):
    """Directories of all lengths beside the one file of their model."""
    folder.mkdir(parents=True, exist_ok=True)
    module.save(str(folder / file))
    for length in options.lengths:
        write_directory(folder / f"seq-{length}", length, f"../{file}", options)


def write_compiled(directory, encoder, length, options):
    write_directory(directory, length, "model.pt2", options)
    shutil.rmtree(directory / "model.pt2", ignore_errors=True)
    tokens = torch.randint(0, options.vocabulary, [2, length])
    compile_package(encoder, (tokens,), directory / "model.pt2", takes=("tokens",), dynamic=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="of rows, in tokens")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--inside", type=int, default=3072, help="width between the two linear layers")
    parser.add_argument("--vocabulary", type=int, default=30522)
    parser.add_argument("--positions", type=int, default=512)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--frozen", action="store_true", help="also with weights as the graph's constants")
    parser.add_argument("--compiled", type=int, nargs="*", default=[], help="lengths to compile for this host")
    options = parser.parse_args()
    if options.width % options.heads != 0 or max(options.lengths + options.compiled) > options.positions:
        parser.error("heads must divide width, and no length may be above positions")
    torch.manual_seed(options.seed)
    sizes = [options.layers, options.width, options.heads, options.inside, options.vocabulary, options.positions]
    encoder = Encoder(*sizes).eval()
    scripted = torch.jit.script(encoder)
    write_directories(options.out, scripted, "encoder.pt", options)
    if options.frozen:
        write_directories(options.out / "frozen", torch.jit.freeze(scripted), "frozen.pt", options)
    torch.set_num_threads(1)
    for length in options.compiled:
        write_compiled(options.out / "compiled" / f"seq-{length}", encoder, length, options)


if __name__ == "__main__":
    main()
