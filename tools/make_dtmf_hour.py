"""Makes an hour of dialled digits, OUT/recordings/dialled-NN.wav, and what was dialled, OUT/truth.jsonl.

Rule: a digit starts and ends on a whole number of GRID_SECONDS (0.1 s), which is the DTMF model's window and
hop. So each segment lies wholly inside one digit or wholly outside all, and a recogniser that joins
neighbouring segments of one label must give exactly truth.jsonl's rows, start and end to the microsecond.
Equal digits always have a pause between them; different ones may follow at once. Lengths, pauses, levels,
balance of the two tones and background noise vary; noise is at least 20 dB below every digit.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile
from make_dtmf_model import HIGH_TONES_HZ, KEYPAD, LOW_TONES_HZ

GRID_SECONDS = 0.1
LONGEST_DIGIT = 4  # in steps of the grid
LONGEST_PAUSE = 7
RAMP_SECONDS = 0.002


def dial(random, steps):
    """Rows of (first step, last step + 1, label): what is dialled in `steps` steps of the grid."""
    rows = []
    position = int(random.integers(0, LONGEST_PAUSE + 1))
    previous = None
    while True:
        label = KEYPAD[random.integers(len(KEYPAD))]
        pause = int(random.integers(0, LONGEST_PAUSE + 1))
        begin = position + (max(pause, 1) if label == previous else pause)
        end = begin + int(random.integers(1, LONGEST_DIGIT + 1))
        if end > steps:
            return rows
        rows.append((begin, end, label))
        position, previous = end, label


def tone_pair(random, label, samples, rate):
    """A digit's two tones at a random level, balance and phase, with short ramps against clicks."""
    row, column = divmod(KEYPAD.index(label), 4)
    level = 10 ** (random.uniform(-30, -6) / 20) / 2
    balance = 10 ** (random.uniform(-4, 4) / 40)
    time = np.arange(samples) / rate
    phases = random.uniform(0, 2 * np.pi, 2)
    low = np.sin(2 * np.pi * LOW_TONES_HZ[row] * time + phases[0]) / balance
    high = np.sin(2 * np.pi * HIGH_TONES_HZ[column] * time + phases[1]) * balance
    to_nearest_edge = np.minimum(time, time[::-1])
    ramp = np.minimum(1, to_nearest_edge / RAMP_SECONDS)
    return level * (low + high) * ramp


def noise(random, first_step, samples, channels):
    """Background noise; its level swings between -80 and -58 dB over five minutes."""
    level_db = -69 + 11 * np.sin(2 * np.pi * first_step * GRID_SECONDS / 300)
    samples = random.standard_normal((samples, channels), dtype=np.float32)
    return samples * np.float32(10 ** (level_db / 20))


def pieces(random, rows, steps, rate, channels):
    """Yields the recording piece after piece: pauses, and digits in between."""
    step_samples = round(GRID_SECONDS * rate)
    position = 0
    for begin, end, label in rows:
        yield noise(random, position, (begin - position) * step_samples, channels)
        samples = (end - begin) * step_samples
        digit = tone_pair(random, label, samples, rate)
        yield noise(random, begin, samples, channels) + digit[:, None]
        position = end
    yield noise(random, position, (steps - position) * step_samples, channels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder to write")
    parser.add_argument("--seconds", type=float, default=3600, help="length of all recordings together")
    parser.add_argument("--recordings", type=int, default=1, help="number of recordings it is cut into")
    parser.add_argument("--rate", type=int, default=8000, help="Hz, a multiple of 10, at least 8000")
    parser.add_argument("--channels", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.rate % 10 or arguments.rate < 8000:
        parser.error("--rate must be a multiple of 10 and at least 8000")

    random = np.random.default_rng(arguments.seed)
    steps = int(arguments.seconds / arguments.recordings / GRID_SECONDS + 1e-6)
    folder = arguments.out / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with open(arguments.out / "truth.jsonl", "w", encoding="utf-8") as truth:
        for number in range(arguments.recordings):
            name = f"dialled-{number + 1:02}.wav"
            rows = dial(random, steps)
            rate, channels = arguments.rate, arguments.channels
            with soundfile.SoundFile(folder / name, "w", rate, channels, "PCM_16") as file:
                for piece in pieces(random, rows, steps, rate, channels):
                    file.write(piece)
            for begin, end, label in rows:
                row = {"recording": name, "start": begin / 10, "end": end / 10, "label": label}
                truth.write(json.dumps(row) + "\n")
            count += len(rows)
    seconds = steps * arguments.recordings * GRID_SECONDS
    print(f"{folder}: {count:,} digits in {seconds:,.1f} s, {arguments.recordings} recording(s)")


if __name__ == "__main__":
    main()
