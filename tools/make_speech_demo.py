"""Joins recorded speech with pauses: OUT/recordings/speech.wav and where each clip is, OUT/truth.jsonl.

The clips are the spoken names of loudspeakers that Debian's alsa-utils installs. Each is placed at a random
level, with a pause of some seconds before, between and after; low noise runs under everything.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import soundfile

CLIP_RATE = 48000
PAUSE_SECONDS = (2.0, 6.0)
CLIP_LEVEL_DB = (-12.0, 0.0)
NOISE_DB = -75.0


def read_clips(folder):
    """[(name, samples at CLIP_RATE)]; Noise.wav holds no speech."""
    paths = [path for path in sorted(folder.glob("*.wav")) if path.stem != "Noise"]
    if not paths:
        sys.exit(f"make_speech_demo: no clips in {folder}; Debian's package alsa-utils brings them")
    clips = []
    for path in paths:
        samples, rate = soundfile.read(path, dtype="float32")
        if rate != CLIP_RATE or samples.ndim != 1:
            sys.exit(f"make_speech_demo: {path} is not {CLIP_RATE} Hz mono")
        clips.append((path.stem, samples))
    return clips


def decimate(samples, factor):
    """Every `factor`-th sample after a linear-phase low-pass (Blackman-windowed sinc, delay removed)."""
    half = 64 * factor
    time = np.arange(-half, half + 1)
    cutoff = 0.92 / factor
    taps = cutoff * np.sinc(cutoff * time) * np.blackman(len(time))
    return np.convolve(samples, taps, mode="same")[::factor]


def place(random, clips, seconds):
    """Yields (first sample, name, samples) while clip and pause end before `seconds`."""
    # A multiple of 3, so that every clip starts on a sample of the 16 kHz file too.
    position = 0
    while True:
        name, samples = clips[random.integers(len(clips))]
        position += 3 * int(random.uniform(*PAUSE_SECONDS) * CLIP_RATE / 3)
        if position + len(samples) > (seconds - PAUSE_SECONDS[0]) * CLIP_RATE:
            return
        gain = np.float32(10 ** (random.uniform(*CLIP_LEVEL_DB) / 20))
        yield position, name, gain * samples
        position += 3 * -(-len(samples) // 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--rate", type=int, default=CLIP_RATE, choices=[CLIP_RATE, 16000], help="Hz")
    parser.add_argument("--clips", type=Path, default="/usr/share/sounds/alsa", help="folder")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    random = np.random.default_rng(arguments.seed)
    seconds = arguments.minutes * 60
    audio = random.standard_normal(int(seconds * CLIP_RATE), dtype=np.float32)
    audio *= np.float32(10 ** (NOISE_DB / 20))
    rows = []
    for begin, name, samples in place(random, read_clips(arguments.clips), seconds):
        audio[begin : begin + len(samples)] += samples
        end = begin + len(samples)
        times = {"start": begin / CLIP_RATE, "end": end / CLIP_RATE}
        rows.append({"recording": "speech.wav", **times, "label": "speech", "clip": name})
    if arguments.rate != CLIP_RATE:
        audio = decimate(audio, CLIP_RATE // arguments.rate)

    folder = arguments.out / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / "speech.wav", audio, arguments.rate, subtype="PCM_16")
    truth = "".join(json.dumps(row) + "\n" for row in rows)
    (arguments.out / "truth.jsonl").write_text(truth, encoding="utf-8")
    print(f"{folder / 'speech.wav'}: {len(rows)} clips in {arguments.minutes:g} minutes")


if __name__ == "__main__":
    main()
