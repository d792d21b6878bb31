"""Measures the memory of a run with a 400 MB model and four workers: one copy of the weights, or four.

The list of recordings is a pipe. While it is empty the workers are ready and idle: this is "before the first
task". Then recordings are written to it until every worker has had some, and the tree is measured again.
"""

import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from material import noise, weighty_model
from measured_host import print_host_facts
from rookery_run import arguments_of, command

WORKERS = 4
SETTINGS = [
    ("processes", "fork", "shared"),
    ("processes", "spawn", "shared"),
    ("threads", "fork", "shared"),
    ("processes", "fork", "private"),
]
RECORDINGS, RECORDING_SECONDS, RATE = 64, 10, 16000
QUIET_SECONDS = 1.0  # without CPU time in the whole tree: nothing is being loaded or worked on
ROLLUP = {"PSS": "Pss", "PSS shmem": "Pss_Shmem", "private dirty": "Private_Dirty"}
STATUS = {"RssAnon": "RssAnon", "RssShmem": "RssShmem"}
COLUMNS = [*ROLLUP, *STATUS]


def fields_of(path):
    """{name: bytes} of the lines "Name:  123 kB" of a file in /proc."""
    fields = {}
    for line in Path(path).read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == "kB":
            fields[words[0].rstrip(":")] = int(words[1]) * 1024
    return fields


def memory_of(pid):
    rollup, status = fields_of(f"/proc/{pid}/smaps_rollup"), fields_of(f"/proc/{pid}/status")
    return {name: rollup[field] for name, field in ROLLUP.items()} | {
        name: status[field] for name, field in STATUS.items()
    }


def tree_of(pid):
    """The process and its descendants, parents first."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [one for child in children for one in tree_of(int(child))]


def cpu_ticks(pids):
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(field[11]) + int(field[12]) for field in fields)


def wait_until_idle(root, processes):
    while True:
        before = tree_of(root)
        ticks = cpu_ticks(before)
        time.sleep(QUIET_SECONDS)
        if len(before) == processes and tree_of(root) == before and cpu_ticks(before) == ticks:
            return before


def dirty_kinds(pid):
    """{kind of mapping: private dirty bytes}."""
    kinds, kind = defaultdict(int), ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            kind = kind_of(words[5:])
        elif words[0] == "Private_Dirty:":
            kinds[kind] += int(words[1]) * 1024
    return kinds


def kind_of(name):
    if not name:
        return "allocator and other anonymous memory"
    if name[0] == "[heap]":
        return "[heap]"
    if name[0] == "[stack]":
        return "main stack"
    return "memfd" if name[0].startswith("/memfd:") else "data of libraries, written to"


def megabytes(size):
    return f"{size / 1e6:14.1f}"


def print_tree(title, pids):
    print(f"\n  {title}, MB\n  {'':14}" + "".join(f"{name:>14}" for name in COLUMNS))
    names = ["supervisor", "fork server"] + [f"worker {pid}" for pid in pids[2:]]
    total = defaultdict(int)
    for name, pid in zip(names, pids):
        memory = memory_of(pid)
        print(f"  {name:14}" + "".join(megabytes(memory[column]) for column in COLUMNS))
        for column in COLUMNS:
            total[column] += memory[column]
    print(f"  {'sum':14}" + "".join(megabytes(total[column]) for column in COLUMNS), flush=True)


def print_dirty_kinds(title, pid):
    print(f"\n  private dirty memory of worker {pid} {title}, MB")
    for kind, size in sorted(dirty_kinds(pid).items(), key=lambda item: -item[1]):
        if size > 0:
            print(f"  {megabytes(size)}  {kind}")


def measure(programs, model, recordings, engine, start, weights):
    print(f"\n== engine {engine}, start {start}, weights {weights}")
    options = ["--workers", WORKERS, "--oversubscribe", "--engine", engine, "--start", start, "--weights", weights]
    processes = 2 + (1 if engine == "threads" else WORKERS)
    with tempfile.TemporaryDirectory(prefix="rookery-bench-") as folder:
        words = command(programs, model, Path(folder) / "out", ["-"], *options)
        with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as run:
            pids = wait_until_idle(run.pid, processes)
            print_tree("before the first task", pids)
            print_dirty_kinds("before its first task", pids[2])
            run.stdin.write("".join(f"{path}\n" for path in recordings))
            run.stdin.flush()
            pids = wait_until_idle(run.pid, processes)
            print_tree("after tasks", pids)
            print_dirty_kinds("after tasks", pids[2])
            run.stdin.close()
        if run.returncode != 0:
            raise SystemExit(f"rookery run ended with exit code {run.returncode}")


def main():
    parser = arguments_of(__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="another form of that model, by rookery prepare")
    arguments = parser.parse_args()
    programs = arguments.bin
    print_host_facts(programs)
    model, recordings = arguments.model or weighty_model(), noise(RECORDINGS, RECORDING_SECONDS, RATE)
    file = next(model.glob("model.pt*"))  # a package is a folder
    weights = sum(path.stat().st_size for path in [file, *file.rglob("*")] if path.is_file())
    print(f"model file  {weights / 1e6:.1f} MB; {WORKERS} workers")
    for engine, start, kind in SETTINGS:
        measure(programs, model, recordings, engine, start, kind)


if __name__ == "__main__":
    main()
