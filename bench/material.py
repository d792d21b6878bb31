"""What is measured with: models and recordings, made once and kept in build/bench."""

import random
import subprocess
import sys
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build/bench"
SAMPLE_BYTES = 2
SOUND = (
    "anoisesrc=color=pink:amplitude=0.08:sample_rate=44100:seed={seed}[noise];"
    "aevalsrc=0.2*sin(2*PI*(200+t)*t)|0.2*sin(660*PI*t)*lt(mod(t\\,3)\\,1.5):sample_rate=44100[tones];"
    "[noise]pan=stereo|c0=c0|c1=0.7*c0[wide];[wide][tones]amix=inputs=2"
)
ENCODINGS = {"flac": [], "mp3": ["-b:a", "192k"], "m4a": ["-c:a", "aac", "-b:a", "128k"], "wav": ["-c:a", "pcm_s16le"]}
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]


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
            write_wave(path, random.Random(number).randbytes(SAMPLE_BYTES * rate * seconds), rate)
    return paths


def stereo(suffix, count, seconds):
    """`count` recordings of noise and tones, 44.1 kHz stereo, as a sorted list of paths; SUFFIX as in ENCODINGS.

    The same sound in every format: the others are made from its WAV.
    """
    folder = KEPT / f"stereo/{count}x{seconds}s"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:03}.{suffix}" for number in range(count)]
    for number, path in enumerate(paths):
        if not path.exists():
            _encode(_sound_of(path, number, seconds, suffix), path, ENCODINGS[suffix])
    return paths


def _sound_of(path, number, seconds, suffix):
    """What `path` is encoded from: ffmpeg's words for the generated sound, or for its WAV."""
    wav = path.with_suffix(".wav")
    if suffix == "wav":
        return ["-filter_complex", SOUND.format(seed=number + 1), "-t", str(seconds)]
    if not wav.exists():
        _encode(_sound_of(wav, number, seconds, "wav"), wav, ENCODINGS["wav"])
    return ["-i", wav]


def _encode(source, path, encoding):
    partial = path.with_name(f"partial.{path.name}")
    subprocess.run([*FFMPEG, *source, *encoding, partial], check=True)
    partial.rename(path)


def write_wave(path, samples, rate):
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(rate)
        file.writeframes(samples)
    partial.rename(path)
