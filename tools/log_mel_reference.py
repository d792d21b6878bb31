"""Computes log-mel values with librosa for many parameter sets, for the front end's tests.

Writes OUT/signal.f32 (little-endian float32), one OUT/<name>.f32 for each parameter set, [frames, n_mels]
row by row, and OUT/index.json: the sample rate, and for each set the model card's keys and the shape.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from log_mel import DEFAULTS, log_mel

SAMPLE_RATE = 16000
SAMPLES = 4000

VARIANTS = {
    "defaults": {},
    "htk": {"mel": "htk"},
    "htk_no_norm": {"mel": "htk", "norm": "none"},
    "slaney_no_norm": {"norm": "none"},
    "magnitude": {"power": 1.0},
    "mel_without_log": {"log": "none"},
    "log10": {"log": "log10"},
    "high_floor": {"log": "ln", "floor": 1e-3},
    "db": {"log": "db"},
    "db_top_80": {"log": "db", "top_db": 80.0},
    "db_top_20": {"log": "db", "top_db": 20.0},
    "db_reference": {"log": "db", "reference": 0.02, "floor": 1e-5, "top_db": 40.0},
    "db_magnitude": {"log": "db", "power": 1.0},
    "not_centred": {"center": False},
    "zero_padding": {"pad_mode": "zero"},
    "short_window": {"n_fft": 512, "win": 400},
    "odd_short_window": {"n_fft": 512, "win": 321, "hop": 200},
    "short_window_not_centred": {"n_fft": 512, "win": 400, "center": False},
    "trimmed": {"frames": 20, "log": "db", "top_db": 30.0},
    "band": {"f_min": 300.0, "f_max": 3400.0, "n_mels": 32},
    "htk_band_zero_padding": {
        "n_fft": 1024, "win": 1024, "hop": 320, "n_mels": 64, "f_min": 50.0, "f_max": 7000.0,
        "mel": "htk", "norm": "none", "log": "log10", "pad_mode": "zero",
    },
}  # fmt: skip


def signal():
    """A quarter of a second: a rising tone, noise, a click, and silence at the end for the floor."""
    time = np.arange(SAMPLES) / SAMPLE_RATE
    audio = 0.4 * np.sin(2 * np.pi * (200 + 6000 * time) * time)
    audio += 0.01 * np.random.default_rng(0).standard_normal(SAMPLES)
    audio[1500] += 0.9
    audio[3200:] = 0
    return audio.astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    audio = signal()
    audio.astype("<f4").tofile(out / "signal.f32")
    index = {"sample_rate": SAMPLE_RATE, "samples": SAMPLES, "sets": []}
    for name, changes in VARIANTS.items():
        keys = {**DEFAULTS, **changes}
        values = log_mel(audio, keys, SAMPLE_RATE)
        values.astype("<f4").tofile(out / f"{name}.f32")
        index["sets"].append({"name": name, "shape": list(values.shape), "log_mel": keys})
    (out / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
