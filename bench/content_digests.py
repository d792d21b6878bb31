"""Measures what content digests cost: a run that skips all its recordings, with and without them, in turns."""

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from material import dtmf_model, noise
from measured_host import print_host_facts
from rookery_run import arguments_of, command, summary_of

RATE = 8000
DIGESTS = ["--content-digests"]


def run_again(words, out):
    """Wall seconds of a run, and CPU seconds of its supervisor."""
    begin = time.monotonic()
    subprocess.run(words, check=True)
    return time.monotonic() - begin, summary_of(out)["cpu_seconds"]["supervisor"]


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    programs = Path(arguments.bin)
    print_host_facts(programs)
    files = noise(10, arguments.megabytes * 100_000 // (2 * RATE), RATE)
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        out = Path(folder) / "out"
        plain = command(programs, dtmf_model(), out, files)
        with_digests = command(programs, dtmf_model(), out, files, *DIGESTS)
        subprocess.run(with_digests, check=True)
        rounds = [run_again(plain, out) + run_again(with_digests, out) for _ in range(arguments.rounds)]
    plain_wall, plain_cpu, wall, cpu = map(statistics.median, zip(*rounds))
    print(f"\n{megabytes:.0f} MB in {len(files)} files, all skipped; medians of {arguments.rounds} rounds, seconds")
    print(f"without digests: {plain_wall:.2f} wall, {plain_cpu:.2f} CPU of the supervisor")
    print(f"with digests:    {wall:.2f} wall, {cpu:.2f} CPU of the supervisor")
    print(f"{megabytes / (cpu - plain_cpu):.0f} MB a second of CPU")


if __name__ == "__main__":
    main()
