"""Small hosts: little shared memory, few descriptors and processes, a memory cgroup."""

import os
import resource
import subprocess
from pathlib import Path

import private_host
from marker import Harm
from model_ops import isolates
from program import rookery, slowed
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


class FewProcesses:
    """Another user, since the limit does not bind root, who may have so many processes and threads beside those there
    are. In a user namespace there is no other, and the limit binds."""

    USER = 64321

    def __init__(self, count):
        self._is_root = Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]
        self._count = count if self._is_root else count + len(list(Path("/proc").glob("[0-9]*/task/*")))

    def __call__(self):
        """For the process that is to be limited."""
        if self._is_root:
            os.setgroups([])
            os.setresgid(self.USER, self.USER, self.USER)
            os.setresuid(self.USER, self.USER, self.USER)
        resource.setrlimit(resource.RLIMIT_NPROC, (self._count, self._count))


def _run_with_processes(bench, day, count, engine):
    """Where so many are allowed: refused with what to check, or done with as many workers as can be had."""
    out = bench.fresh()
    out.mkdir()
    out.chmod(0o777)
    run = bench.start(day, out, ["--engine", engine], prepare=FewProcesses(count))
    code = run.wait(90)
    bench.injected()
    bench.nothing_left()
    if code == 0:
        bench.compare(day)
    elif code != 3 or "limits on processes" not in run.said():
        bench.wrong(f"{engine}, {count} processes: exit code {code}: {run.said()[-300:]}")
    return code


@fault("few_processes", "ulimit -u of 1 to 40")
def few_processes(bench):
    day = bench.day()
    trial = subprocess.run(rookery("plan", "--help"), preexec_fn=FewProcesses(40), capture_output=True, text=True)
    if trial.returncode != 0:
        raise NotRun(f"another user cannot run the programs: {trial.stderr.strip()}")
    for engine in ["processes", "threads"]:
        counts = range(1, 14) if bench.full else [1, 3, 5, 8]
        ends = {count: _run_with_processes(bench, day, count, engine) for count in [*counts, 40]}
        if ends[1] != 3 or ends[40] != 0:
            bench.wrong(f"{engine}: exit codes by processes allowed: {ends}")


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
        isolates(bench, Harm.EAT_MEMORY, "SIGKILL", prepare=group.enter, more=["--max-worker-memory", "8G"])
        if group.kills() == 0:
            bench.wrong("the kernel killed nothing: the fault was another")
        bench.tally.injected = group.kills()
