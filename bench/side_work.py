"""What decode_ahead and spread_models gain or cost: `rookery run` with them and without, by turns.

Reads 44.1 kHz stereo in recordings of ten minutes; each row of the table is the same run twice a round. Prints a
Markdown table: without the setting so many times as much as with it, of wall seconds after the start-up and of CPU
seconds. Models and recordings are made once and kept in build/bench.
"""

import statistics
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from material import ROOT, dtmf_model, stereo
from measured_host import print_host_facts
from rookery_run import arguments_of, summary_of

READING = ["probe", "decode", "resample"]


@dataclass
class Case:
    setting: str
    name: str
    models: list
    inputs: list
    options: list = field(default_factory=list)


def cases(recordings, test_data):
    silero, dtmf, ctc = test_data / "silero-model", dtmf_model(), test_data / "dtmf-ctc-model"
    floating = ["--set", "pin=false"]
    long_tasks = ["--set", "task_seconds=4"]
    ahead = [
        ("1 worker, both cores", ["--workers", "1", *floating, *long_tasks]),
        ("1 worker, pinned", ["--workers", "1", *long_tasks]),
        ("2 workers on 2 cores", ["--workers", "2", *long_tasks]),
    ]
    spread = [("1 recording, 2 workers", recordings[:1], "2"), ("all recordings, 2 workers", recordings, "2")]
    return [
        *[Case("decode_ahead", f"{model.name}: {name}", [model], recordings, words)
          for model in (silero, dtmf) for name, words in ahead],
        *[Case("spread_models", f"dtmf and dtmf-ctc: {name}", [dtmf, ctc], inputs, ["--workers", workers])
          for name, inputs, workers in spread],
    ]


def measured(programs, case, on):
    """Wall seconds after the start-up, CPU seconds of all stages, CPU seconds of reading."""
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        models = [word for model in case.models for word in ("--model", model)]
        setting = ["--set", f"{case.setting}={str(on).lower()}"]
        words = [Path(programs) / "rookery", "run", "--quiet", "--out", folder, *models, *case.options, *setting]
        subprocess.run([str(word) for word in [*words, *case.inputs]], check=True)
        summary = summary_of(next(Path(folder).rglob("summary.json")).parent)
    cpu = summary["cpu_seconds"]
    return summary["wall_seconds"] - summary["start_up_seconds"], sum(cpu.values()), sum(cpu[one] for one in READING)


def told(numbers):
    return f"{statistics.median(numbers):.2f} ({min(numbers):.2f}–{max(numbers):.2f})"


def row(case, rounds):
    """`rounds`: pairs of what was measured without the setting and with it."""
    without, with_it = ([one[which] for one in rounds] for which in (0, 1))
    ratios = [[off[which] / on[which] for off, on in rounds] for which in (0, 1)]
    seconds = [f"{statistics.median([one[which] for one in without]):.2f}" for which in (0, 1, 2)]
    also = [f"{statistics.median([one[which] for one in with_it]):.2f}" for which in (0, 1, 2)]
    pairs = [f"{one} · {other}" for one, other in zip(seconds, also)]
    return f"| `{case.setting}` | {case.name} | {' | '.join(told(one) for one in ratios)} | {' | '.join(pairs)} |"


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recordings", type=int, default=6, help="at most 8")
    parser.add_argument("--format", default="mp3", choices=["mp3", "flac"])
    asked = parser.parse_args()
    print_host_facts(asked.bin)
    all_cases = cases(stereo(asked.format, 8, 600)[:asked.recordings], ROOT / "build/release/test-data")
    found = [[] for _ in all_cases]
    for _ in range(asked.rounds):
        for case, rounds in zip(all_cases, found):
            rounds.append((measured(asked.bin, case, False), measured(asked.bin, case, True)))
            print(f"  {case.setting}, {case.name}: {rounds[-1]}", flush=True)
    print("\nWithout the setting so many times as much as with it: median (least–most); seconds without · with it\n")
    print("| setting | | wall | CPU | wall s | CPU s | reading CPU s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(row(case, rounds) for case, rounds in zip(all_cases, found)))


if __name__ == "__main__":
    main()
