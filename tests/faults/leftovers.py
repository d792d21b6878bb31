"""What is left on the private host after a run has ended. Nothing is meant to be."""

import os
import signal
import time
from pathlib import Path

from private_host import WORK

SETTLING_SECONDS = 10  # what a killed tree held is gone when the kernel has taken it back, soon but not at once


def status_fields(process):
    """Parent and state of a process; None if it has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    state, parent = text.rpartition(")")[2].split()[:2]
    return int(parent), state


def running():
    """All processes but this one and what waits to be reaped."""
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    fields = {number: status_fields(number) for number in numbers if number != os.getpid()}
    return [number for number, field in fields.items() if field and field[1] not in "ZX"]


def children_of(parent):
    return [number for number in running() if (status_fields(number) or (0,))[0] == parent]


def command_of(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def end_all():
    """Ends whatever still runs here, so that it cannot disturb the next run."""
    while numbers := running():
        for number in numbers:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


def _left_processes():
    return [f"process {number}: {command_of(number)[:60]}" for number in running()]


def _files_in(folder, known=()):
    return [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if name not in known]


def _sockets():
    lines = Path("/proc/net/unix").read_text().splitlines()[1:]
    return [f"socket {line.split()[7]}" if len(line.split()) > 7 else "socket without a name" for line in lines]


class Host:
    """The host as it was when this was made; what has come since is left over."""

    def __init__(self):
        self._tmp = set(os.listdir("/tmp"))
        self._work = set(os.listdir(WORK))

    def leftovers(self, allowed):
        """`allowed`: names in the work folder that belong there. Shared memory of faketime is not the run's."""
        deadline = time.monotonic() + SETTLING_SECONDS
        while (found := self._found_now(allowed)) and time.monotonic() < deadline:
            time.sleep(0.02)
        return found

    def _found_now(self, allowed):
        found = _left_processes()
        found += [name for name in _files_in("/dev/shm") if "faketime" not in name]
        found += _files_in("/tmp", self._tmp)
        found += _files_in(WORK, self._work | set(allowed))
        return found + _sockets()
