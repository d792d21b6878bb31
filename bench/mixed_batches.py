"""What batch.mix gains on short clips: `rookery run` over 600 clips of 2 to 6 s with it and without, by turns.

The CNN tagger as TorchScript and as a package compiled for batches of 8 rows, where a clip's one or two rows alone
leave the rest of a batch empty. Prints a Markdown table of ratios and the largest difference of a score. The models
and the clips are made once and kept in build/bench.
"""

import random
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from material import KEPT, tagger_model, write_wave
from measured_host import print_host_facts
from rookery_run import arguments_of, command, run
from side_by_side import keep_vectors

BATCH = 8
RATE = 32000
SCORED = 100
SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 6.0
FORMS = ["`.pt`, eager", "`.pt2`, batches of 8"]


def clips(count):
    """A folder of `count` WAV files of seeded noise, each of a length and loudness of its own."""
    folder = KEPT / f"clips/{count}"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:03}.wav"
        if path.exists():
            continue
        seeded = np.random.default_rng(number)
        samples = round(random.Random(number).uniform(SHORTEST_SECONDS, LONGEST_SECONDS) * RATE)
        loudness = seeded.uniform(100, 8000)
        write_wave(path, (seeded.normal(size=samples) * loudness).clip(-32768, 32767).astype("<i2").tobytes(), RATE)
    return folder


def model(programs, form):
    if form == FORMS[0]:
        return tagger_model()
    directory = KEPT / "models" / f"tagger-pt2-fp32-{BATCH}"
    if not (directory / "model.yaml").exists():
        words = [Path(programs) / "rookery", "prepare", tagger_model(), "--out", directory, "--precision", "fp32"]
        subprocess.run([str(word) for word in [*words, "--format", "aoti", "--batch", BATCH]], check=True)
    return directory


def options(mixed):
    return ["--batch", BATCH, "--set", f"batch.mix={str(mixed).lower()}"]


def measured(programs, directory, folder, mixed):
    """Wall seconds after the start-up, CPU seconds of all stages, CPU seconds of the forward."""
    summary = run(programs, directory, [folder], *options(mixed))
    cpu = summary["cpu_seconds"]
    return summary["wall_seconds"] - summary["start_up_seconds"], sum(cpu.values()), cpu["forward"]


def scores(programs, directory, folder, mixed):
    """All scores of all segments of a hundred clips, which the card of an embedding keeps as they are."""
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as place:
        vectors, out = Path(place) / "model", Path(place) / "out"
        shutil.copytree(directory, vectors)
        keep_vectors(vectors / "model.yaml")
        words = command(programs, vectors, out, sorted(folder.iterdir())[:SCORED], *options(mixed), "--format", "npy")
        subprocess.run(words, check=True)
        return np.concatenate([np.load(path) for path in sorted(out.rglob("*.npy"))])


def row(programs, form, folder, rounds):
    directory = model(programs, form)
    ratios = []
    for _ in range(rounds):
        apart, mixed = (np.array(measured(programs, directory, folder, mix)) for mix in (False, True))
        ratios.append(apart / mixed)
        print("  " + "  ".join(f"{ratio:.3f}" for ratio in ratios[-1]), flush=True)
    apart, mixed = (scores(programs, directory, folder, mix) for mix in (False, True))
    told = " | ".join(
        f"{statistics.median(column):.2f} ({min(column):.2f}–{max(column):.2f})" for column in zip(*ratios)
    )
    return f"| {form} | {told} | {np.abs(mixed - apart).max():.1e} of {apart.size:,} |"


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print_host_facts(asked.bin)
    folder = clips(asked.clips)
    rows = [row(asked.bin, form, folder, asked.rounds) for form in FORMS]
    print("\nWithout batch.mix so many times as much as with it: median (least–most)\n")
    print("| tagger | wall | CPU | of it the forward | largest difference of a score |")
    print("| --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
