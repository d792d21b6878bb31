"""Measures decoding and resampling an hour of 44.1 kHz stereo to 16 kHz mono on one core, against ffmpeg.

CPU seconds of the whole process, user and system, in rounds of one after the other. Ours runs with a worker's
allocator, as rookery starts it.
"""

import os
import resource
import statistics
import subprocess
from pathlib import Path

from forward import ALLOCATOR
from material import FFMPEG, stereo
from measured_host import print_host_facts
from rookery_run import arguments_of

FORMATS = ["flac", "mp3", "m4a", "wav"]


def cpu_seconds_of(words, more_environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, **more_environment}
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3600)
    arguments = parser.parse_args()
    programs = Path(arguments.bin)
    print_host_facts(programs)
    print(f"\n{'':8}{'ffmpeg, s':>12}{'rookery, s':>12}{'ratio, least':>14}{'median':>9}{'most':>9}")
    for suffix in FORMATS:
        [path] = stereo(suffix, 1, arguments.seconds)
        theirs = [*FFMPEG, "-threads", "1", "-i", path, "-ac", "1", "-ar", "16000", "-f", "f32le", "/dev/null"]
        ours = [programs / "ingest", path]
        rounds = [(cpu_seconds_of(theirs, {}), cpu_seconds_of(ours, ALLOCATOR)) for _ in range(arguments.rounds)]
        ratios = [a / b for a, b in rounds]
        medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
        print(
            f"{suffix:8}{medians[0]:12.2f}{medians[1]:12.2f}"
            f"{min(ratios):14.2f}{statistics.median(ratios):9.2f}{max(ratios):9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
