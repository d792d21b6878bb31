"""The front end log_mel of a model card, by librosa: what rookery's own is compared with."""

import librosa
import numpy as np

# The model card's keys and defaults (LogMelParameters in include/rookery/model_card.h).
DEFAULTS = {
    "n_fft": 400,
    "win": 400,
    "hop": 160,
    "n_mels": 80,
    "f_min": 0.0,
    "f_max": 0.0,
    "mel": "slaney",
    "norm": "slaney",
    "power": 2.0,
    "log": "ln",
    "floor": 1e-10,
    "reference": 1.0,
    "top_db": 0.0,
    "center": True,
    "pad_mode": "reflect",
    "frames": 0,
}


def log_mel(audio, keys, sample_rate):
    """[frames, n_mels] of one recording; `keys` has all keys of DEFAULTS."""
    mel = librosa.feature.melspectrogram(
        # Double precision: the reference's own rounding should not use up the test's tolerance.
        y=audio.astype(np.float64),
        sr=sample_rate,
        n_fft=keys["n_fft"],
        hop_length=keys["hop"],
        win_length=keys["win"],
        center=keys["center"],
        pad_mode={"reflect": "reflect", "zero": "constant"}[keys["pad_mode"]],
        power=keys["power"],
        n_mels=keys["n_mels"],
        fmin=keys["f_min"],
        fmax=keys["f_max"] or None,
        htk=keys["mel"] == "htk",
        norm=None if keys["norm"] == "none" else keys["norm"],
        dtype=np.float64,
    )
    levels = logarithm(mel, keys)
    return levels.T[: keys["frames"] or None]


def logarithm(mel, keys):
    if keys["log"] == "db":
        return librosa.power_to_db(
            mel, ref=keys["reference"], amin=keys["floor"], top_db=keys["top_db"] or None
        )
    raised = np.maximum(mel, keys["floor"])
    return {"none": mel, "ln": np.log(raised), "log10": np.log10(raised)}[keys["log"]]
