"""The real programs, run and looked at from outside."""

import os
import signal
import subprocess
import time
from pathlib import Path

import leftovers
from private_host import WORK

FORMATS = "jsonl,csv,audacity"
_paths = {}
_settings = []


def set_build(build):
    _paths["bin"] = Path(build).resolve() / "bin"


def set_settings(settings):
    """What all runs have besides: KEY=VALUE."""
    _settings.extend(word for setting in settings for word in ("--set", setting))


def library(name):
    return str(_paths["bin"] / name)


def rookery(*words):
    """The command line."""
    return [str(_paths["bin"] / "rookery"), *map(str, words)]


def ask(*words):
    """A command that ends by itself soon."""
    return subprocess.run(rookery(*words), capture_output=True, text=True, errors="replace", timeout=60)


def run_words(day, out, more=(), inputs=None, formats=FORMATS):
    words = ["run", "--model", day.model, "--out", out, "--format", formats, "--batch", day.batch, "--workers", 2]
    words += ["--oversubscribe", "--set", "postprocess.merge=false", *_settings, *more]
    return rookery(*words, *(inputs if inputs is not None else [day.inputs]))


def slowed(delay_ms):
    """Tasks of one batch each that end after up to so many milliseconds: time for a fault to meet them."""
    return ["--set", "task_seconds=0.001", "--set", f"test_delay_ms={delay_ms}"]


class Run:
    """One `rookery run` that goes on beside the harness. `prepare` is called in its process before it begins."""

    def __init__(self, command, environment=None, prepare=None, stdin=None, log="log"):
        self._log = WORK / log
        with self._log.open("wb") as file:
            self._process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, preexec_fn=prepare,
                                             stdin=stdin or subprocess.DEVNULL, stdout=file, stderr=file)
        self.started = time.monotonic()

    @property
    def pid(self):
        return self._process.pid

    def goes_on(self):
        return self._process.poll() is None

    def seconds(self):
        return time.monotonic() - self.started

    def fork_server(self):
        children = leftovers.children_of(self.pid)
        return children[0] if children else None

    def workers(self):
        server = self.fork_server()
        return leftovers.children_of(server) if server else []

    def send(self, number=signal.SIGKILL):
        send(self.pid, number)

    def wait(self, limit=90):
        """Its exit code (negative: the signal that ended it); None if it had not ended by then."""
        try:
            return self._process.wait(limit)
        except subprocess.TimeoutExpired:
            return None

    def said(self):
        return self._log.read_text(errors="replace")


def send(process, number=signal.SIGKILL):
    """True if the process was there to get it."""
    try:
        os.kill(process, number)
        return True
    except ProcessLookupError:
        return False


def eventually(holds, limit=60):
    """Asks every few milliseconds until it holds; False if it never does."""
    deadline = time.monotonic() + limit
    while not (answer := holds()):
        if time.monotonic() > deadline:
            return answer
        time.sleep(0.005)
    return answer
