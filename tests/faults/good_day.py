"""The good day: recordings, and what a run gives for them that nothing happens to."""

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import program
import soundfile
from marker import marked

SEGMENT_SAMPLES = 8000
SAMPLE_RATE = 16000
BATCH_OF = {"running_levels": 1}  # it carries state


@dataclass
class Day:
    """Inputs and model, and `good`: the output folder of the run that nothing happened to."""

    model: Path
    inputs: Path
    good: Path
    environment: dict = field(default_factory=dict)  # of every run of this day
    batch: int = 4

    def live(self, **more):
        """Runs the good day once; returns itself. `more`: environment of this run alone."""
        command = program.run_words(self, self.good)
        run = program.Run(command, {**self.environment, **more})
        if run.wait() != 0:
            raise RuntimeError(f"a good day that is none:\n{run.said()}")
        return self


def noise(generator, rate, seconds, channels=1):
    """Noise whose level is another in each half second, so that every segment has scores of its own."""
    samples = generator.standard_normal((round(rate * seconds), channels)) * 0.25
    levels = generator.uniform(0.1, 1.0, size=int(seconds * 2) + 1)
    loudness = np.repeat(levels, rate // 2)[: len(samples), None]
    return np.clip(samples * loudness, -0.6, 0.6)


def write_noise(path, seed, rate, seconds, channels=1, **how):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(np.random.default_rng(seed), rate, seconds, channels), rate, **how)


def write_mixed(folder):
    """Recordings of several kinds, about three minutes; the last is the longest."""
    write_noise(folder / "a.wav", 1, 16000, 6)
    write_noise(folder / "b.flac", 2, 44100, 9.3, 2)
    write_noise(folder / "c.mp3", 3, 44100, 12)
    write_noise(folder / "d/e.ogg", 4, 22050, 8)
    write_noise(folder / "d/short.wav", 5, 8000, 0.2)
    write_noise(folder / "d/z.wav", 6, 48000, 7.7, subtype="PCM_24")
    for i in range(6):
        write_noise(folder / f"f{i}.wav", 10 + i, 16000, 8 + 2 * i)
    write_noise(folder / "long.wav", 20, 16000, 40)


def write_marked(folder, seed, name, segment, harm, seconds=6.0):
    """Four plain recordings, and `name`, whose segment of that number does harm."""
    for i in range(4):
        write_noise(folder / f"{i}.wav", seed + i, SAMPLE_RATE, seconds)
    samples = noise(np.random.default_rng(seed + 9), SAMPLE_RATE, seconds)[:, 0]
    samples = marked((samples * 32767).astype(np.int16), segment * SEGMENT_SAMPLES, harm)
    soundfile.write(folder / name, samples, SAMPLE_RATE, subtype="PCM_16")


def _key(build):
    """What made it: this file and the programs."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ["rookery", "rookery-worker"]:
        status = (build / "bin" / name).stat()
        digest.update(f"{name} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()


def kept_day(build, model, kept):
    """The day of the mixed recordings with a test model; kept in `kept` for as long as the programs are the same."""
    folder = kept / model
    day = Day(build / "test-data/models" / model, folder / "in", folder / "good", batch=BATCH_OF.get(model, 4))
    stamp, key = folder / "made-by", _key(build)
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(folder, ignore_errors=True)
        write_mixed(day.inputs)
        day.live()
        stamp.write_text(key)
    return day
