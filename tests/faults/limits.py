"""Small hosts: little shared memory, few descriptors and processes, a memory cgroup."""

import os
import resource
from pathlib import Path

import private_host
from marker import Harm
from model_ops import isolates
from program import slowed
from rows import fault

from bench import NotRun

CGROUP_BYTES = 768 << 20


@fault("small_shm", "/dev/shm of 16 MB, and one that is full")
def small_shm(bench):
    for fill in [False, True]:
        private_host.mount_memory("/dev/shm", "16m")
        if fill:
            _fill("/dev/shm/filler")
        day = bench.day()
        run = bench.start(day, bench.fresh())
        code = run.wait()
        bench.injected()
        if fill:
            os.unlink("/dev/shm/filler")
        if code != 0:
            bench.wrong(f"exit code {code}: {run.said()[-200:]}")
        bench.nothing_left()
        bench.compare(day)
        private_host.unmount("/dev/shm")


def _fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass


def _allow_64():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


@fault("few_descriptors", "ulimit -n 64")
def few_descriptors(bench):
    day = bench.day()
    run = bench.start(day, bench.fresh(), slowed(20), prepare=_allow_64)
    bench.injected()
    bench.ends(run, 0)
    bench.compare(day)


class MemoryGroup:
    """A memory cgroup of either version for as long as it is open; says why if the host gives none."""

    def __init__(self, limit_bytes):
        version_1 = Path("/sys/fs/cgroup/memory")
        parent = version_1 if version_1.is_dir() else Path("/sys/fs/cgroup")
        self._path = parent / f"rookery-faults-{os.urandom(4).hex()}"
        limit = "memory.limit_in_bytes" if version_1.is_dir() else "memory.max"
        try:
            self._path.mkdir()
            (self._path / limit).write_text(str(limit_bytes))
        except OSError as failure:
            raise NotRun(f"this host lets no memory cgroup be made: {failure}") from failure

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._path.rmdir()

    def enter(self):
        """For the process that calls it and all that it starts."""
        (self._path / "cgroup.procs").write_text("0")

    def kills(self):
        """How often the kernel has killed a process in it."""
        for name in ["memory.oom_control", "memory.events"]:
            if (self._path / name).exists():
                words = (self._path / name).read_text().split()
                return int(words[words.index("oom_kill") + 1])
        raise RuntimeError("this memory cgroup does not tell of kills")


@fault("memory_hog", "a model op that takes memory until the kernel's OOM killer ends it, in a memory cgroup")
def memory_hog(bench):
    with MemoryGroup(CGROUP_BYTES) as group:
        isolates(bench, Harm.EAT_MEMORY, "SIGKILL", prepare=group.enter)
        if group.kills() == 0:
            bench.wrong("the kernel killed nothing: the fault was another")
        bench.tally.injected = group.kills()
