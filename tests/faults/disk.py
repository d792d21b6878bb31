"""Output folders on disks that become full."""

import shutil

import private_host
from comparison import Allowed
from program import slowed
from rows import fault

from bench import WORK

DISK = WORK / "disk"
OUT = DISK / "out"
PAGE_KB = 4
ROOMY_KB = 65536


def _kilobytes_of(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1024 + 1


def _disk(size_kb):
    private_host.mount_memory(DISK, f"{size_kb}k")


def _make_room(aside):
    """The same folder on a larger disk. (In a user namespace a mounted one cannot be made larger.)"""
    shutil.copytree(DISK, aside, copy_function=shutil.copy2)
    private_host.unmount(DISK)
    _disk(ROOMY_KB)
    shutil.copytree(aside, DISK, copy_function=shutil.copy2, dirs_exist_ok=True)
    shutil.rmtree(aside)


@fault("disk_full", "ENOSPC at different byte counts, then room is made and it is run again")
def disk_full(bench):
    day = bench.day()
    most = _kilobytes_of(day.good) + 64
    count = 20 if bench.full else 4
    for i in range(count):
        _disk(PAGE_KB * max(1, round(most * (i + bench.random.random()) / count / PAGE_KB)))
        run = bench.start(day, OUT, slowed(20))
        code = run.wait()
        full = code != 0
        bench.injected(full)
        if code not in (0, 3):
            bench.wrong(f"exit code {code}: {run.said()[-300:]}")
        _make_room(bench.folder("aside"))
        bench.resume(day, Allowed(), out=OUT)
        private_host.unmount(DISK)
    shutil.rmtree(DISK)
