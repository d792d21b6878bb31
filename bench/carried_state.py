"""silero-vad through `rookery run` against its own package on the same recording: with the state carried from
segment to segment, and without it for several lengths of context.

Prints a Markdown table. Frames are those that --set postprocess.keep_frames=true keeps; the package's come from
tools/silero_reference.py --package. `./bootstrap.sh test` makes the models, the recording and the reference.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

CONTEXTS_SECONDS = [0.0, 2.56, 5.12, 10.24, 20.48]
WINDOW_SECONDS = 10.24


def frames(rookery, model, recording, folder):
    out = Path(folder) / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [rookery, "run", "--quiet", "--model", model, "--out", out, "--format", "npy"]
    subprocess.run([*command, "--set", "postprocess.keep_frames=true", recording], check=True)
    return np.load(next(out.rglob("*.npy")))


def with_context(model, seconds, folder):
    """A copy of the model whose card asks for so much context on the left."""
    copy = Path(folder) / "model"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(model, copy)
    segment = f"segment: {{window: {WINDOW_SECONDS}, context: {{left: {seconds}, right: 0}}}}"
    card = copy / "model.yaml"
    card.write_text(re.sub(r"segment: .*", segment, card.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def row(name, given, expected):
    difference = np.abs(given - expected)
    flipped = np.mean((given >= 0.5) != (expected >= 0.5))
    return f"| {name} | {difference.max():.1e} | {np.mean(difference > 0.01):.2%} | {flipped:.2%} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rookery", default="build/release/bin/rookery")
    parser.add_argument("--data", type=Path, default=Path("build/release/test-data"))
    arguments = parser.parse_args()
    recording = arguments.data / "speech-16k/recordings/speech.wav"
    expected = np.fromfile(arguments.data / "silero-package.f32", dtype="<f4")[:, None]
    print("| segments of 10.24 s | largest difference | frames off by > 0.01 | decisions at 0.5 that flip |")
    print("| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        given = frames(arguments.rookery, arguments.data / "silero-carry-model", recording, folder)
        print(row("state carried", given, expected))
        for seconds in CONTEXTS_SECONDS:
            model = with_context(arguments.data / "silero-model", seconds, folder)
            given = frames(arguments.rookery, model, recording, folder)
            print(row(f"context {seconds} s", given, expected), flush=True)


if __name__ == "__main__":
    main()
