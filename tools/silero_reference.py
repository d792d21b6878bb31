"""Computes the silero-vad frame scores in Python for comparison: window by window as the workers do, or with
--package by the package's own module, frame by frame through the whole recording.

Writes OUT, the kept frames' scores as little-endian float32 [frames, labels], and OUT.json with their shape.
The recording must be at the model's rate, so that no resampler stands between the two. Windows follow the
card: see RecordingPlan in supervisor/planner.h. Here hop equals window, so a window owns all its frames but
those that the one before it has given.
"""

import argparse
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import soundfile
import torch
from export_silero_vad import CARD, FRAME, SAMPLE_RATE, frame_by_frame, load_package_model


def samples_of(seconds):
    return round(seconds * SAMPLE_RATE)


WINDOW = samples_of(CARD["segment"]["window"])
CONTEXT_LEFT = samples_of(CARD["segment"]["context"]["left"])
CONTEXT_RIGHT = samples_of(CARD["segment"]["context"]["right"])
INPUT = CONTEXT_LEFT + WINDOW + CONTEXT_RIGHT


def windows(samples):
    """Yields (begin, input_begin) of each window; the last one is moved back to end with the recording."""
    end = -(-samples // FRAME) * FRAME
    for on_hop in range(0, end, WINDOW):
        begin = max(0, min(on_hop, end - WINDOW))
        yield begin, max(0, min(begin - CONTEXT_LEFT, end - INPUT))


def owned_frames(samples):
    """Yields (input_begin, first frame, frame past the last), frames of the recording; they tile it.

    Where the moved window overlaps the one before it, the two meet in the middle of the overlap.
    """
    frames = -(-samples // FRAME)
    plan = list(windows(samples))
    seams = [0]
    for (begin, _), (next_begin, _) in itertools.pairwise(plan):
        seams.append((begin + WINDOW + next_begin) // 2 // FRAME)
    seams.append(frames)
    for (_, input_begin), first, last in zip(plan, seams, seams[1:]):
        yield input_begin, first, last


@torch.no_grad()
def frame_scores(model, audio):
    kept = []
    for input_begin, first, last in owned_frames(len(audio)):
        piece = np.zeros(INPUT, dtype=np.float32)
        heard = audio[input_begin : input_begin + INPUT]
        piece[: len(heard)] = heard
        scores = model(torch.from_numpy(piece)[None])[0].numpy()
        offset = input_begin // FRAME
        kept.append(scores[first - offset : last - offset])
    return np.concatenate(kept)


@torch.no_grad()
def package_scores(audio):
    padded = np.pad(audio, (0, -len(audio) % FRAME))
    return frame_by_frame(load_package_model(), torch.from_numpy(padded)[None])[0].numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--model", type=Path, help="directory of export_silero_vad.py")
    model.add_argument("--package", action="store_true", help="the package's own module")
    parser.add_argument("--recording", required=True, help=f"mono, {SAMPLE_RATE} Hz")
    parser.add_argument("--out", required=True, type=Path, help="file to write")
    arguments = parser.parse_args()
    audio, rate = soundfile.read(arguments.recording, dtype="float32")
    if rate != SAMPLE_RATE or audio.ndim != 1:
        sys.exit(f"silero_reference: {arguments.recording} is not {SAMPLE_RATE} Hz mono")

    torch.set_num_threads(1)
    if arguments.package:
        scores = package_scores(audio)
    else:
        scores = frame_scores(torch.jit.load(arguments.model / "model.pt"), audio)
    scores.astype("<f4").tofile(arguments.out)
    meta = {"shape": list(scores.shape), "dtype": "<f4", "frame": FRAME, "sample_rate": SAMPLE_RATE}
    Path(f"{arguments.out}.json").write_text(json.dumps(meta) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {scores.shape[0]:,} frames, {scores.min():.4f} to {scores.max():.4f}")


if __name__ == "__main__":
    main()
