"""A host of the harness's own: its own processes, /tmp, /dev/shm and network, so that whatever a run leaves anywhere is
seen and nobody else's is. Made of the kernel's namespaces, as root or in a user namespace."""

import os
import subprocess
import sys
from pathlib import Path

INSIDE = "ROOKERY_FAULTS_INSIDE"
NOT_RUN = 77  # exit code, as ctest is told
WORK = Path("/tmp/faults")


def _namespaces():
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--mount-proc"]
    if os.geteuid() != 0:
        command[1:1] = ["--user", "--map-root-user"]
    return command


def enter(kept):
    """Goes on inside, as process 1 there. `kept`: folders that stay where they are, also if that is below /tmp."""
    if os.environ.get(INSIDE):
        return _furnish(kept)
    trial = subprocess.run([*_namespaces(), "true"], capture_output=True, text=True)
    if trial.returncode != 0:
        print(f"NOT RUN: this host lets no private namespaces be made: {trial.stderr.strip()}")
        sys.exit(NOT_RUN)
    command = [*_namespaces(), "--", sys.executable, *sys.argv]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1", "PYTHONDONTWRITEBYTECODE": "1"})


def _furnish(kept):
    below = [path for path in map(Path.resolve, kept) if Path("/tmp") in path.parents]
    handles = [(path, os.open(path, os.O_RDONLY)) for path in below]
    here = os.open(".", os.O_RDONLY)
    mount_memory("/tmp", "1g")
    for path, handle in handles:
        path.mkdir(parents=True, exist_ok=True)
        mount("--no-canonicalize", "--bind", f"/proc/{os.getpid()}/fd/{handle}", path)
        os.close(handle)
    os.fchdir(here)
    os.close(here)
    mount_memory("/dev/shm", "64m")
    for variable in ["TMPDIR", "XDG_RUNTIME_DIR"]:
        os.environ.pop(variable, None)
    WORK.mkdir()


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def mount_memory(folder, size):
    """A file system of this size in memory; on a folder that has one, in its place."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", folder)


def unmount(folder):
    subprocess.run(["umount", str(folder)], check=True)
