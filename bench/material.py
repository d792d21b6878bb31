"""What is measured with: models and recordings, made once and kept in build/bench."""

import random
import subprocess
import sys
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build/bench"
SAMPLE_BYTES = 2


def model(name, script, *options):
    """The model directory that tools/SCRIPT makes."""
    directory = KEPT / "models" / name
    if not (directory / "model.yaml").exists():
        python = ROOT / ".venv/bin/python"
        python = python if python.exists() else sys.executable
        subprocess.run([python, ROOT / "tools" / script, "--out", directory, *options], check=True)
    return directory


def dtmf_model():
    return model("dtmf", "make_dtmf_model.py")


def tagger_model():
    return model("tagger", "make_tagger.py")


def weighty_model():
    return model("weighty-400", "make_weighty_model.py", "--megabytes", "400")


def noise(count, seconds, rate):
    """`count` WAV files of noise, each with samples of its own, as a sorted list of paths."""
    folder = KEPT / f"noise/{count}x{seconds}s-{rate}hz"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:03}.wav" for number in range(count)]
    for number, path in enumerate(paths):
        if not path.exists():
            _write_wave(path, random.Random(number).randbytes(SAMPLE_BYTES * rate * seconds), rate)
    return paths


def _write_wave(path, samples, rate):
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(rate)
        file.writeframes(samples)
    partial.rename(path)
