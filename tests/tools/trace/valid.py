"""What `rookery run --trace` writes keeps the rules of the Trace Event Format.

    valid.py ROOKERY MODEL
"""

import copy
import random
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from event_format import Broken, check, events_of

RATE = 8000
# Every kind of event is to come up: workers that are replaced, tasks that fail, tasks of several recordings.
RUNS = {
    "processes": ["--engine", "processes", "--set", "max_tasks_per_worker=5"],
    "threads": ["--engine", "threads", "--set", "decode_ahead=true"],
    "mixed": ["--set", "batch.mix=true"],
    "spawn": ["--start", "spawn", "--weights", "private", "--channel", "each"],
}


def write_noise(path, seconds, seed):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(random.Random(seed).randbytes(int(2 * RATE * seconds)))


def write_recordings(folder):
    folder.mkdir()
    for number, seconds in enumerate((40, 0.05, 3.3, 1.7, 12)):
        write_noise(folder / f"{number}.wav", seconds, number)
    (folder / "none.wav").write_bytes(b"no audio at all")


def trace_of(rookery, model, folder, name):
    file = folder / f"{name}.json"
    words = [rookery, "run", "--model", model, "--out", folder / name, "--trace", file, "--workers", "3",
             "--oversubscribe", "--quiet", "--set", "task_seconds=0.001", *RUNS[name], folder / "recordings"]
    end = subprocess.run(words, capture_output=True, text=True)
    assert end.returncode == 1, end  # one is no audio
    return events_of(file.read_text(encoding="utf-8"))


def of(events, phase):
    return next(event for event in events if event["ph"] == phase)


def overlap(events):
    """A slice that begins a nanosecond before the one before it ends."""
    first, second = [event for event in events if event["ph"] == "X" and event["cat"] == "loop"][:2]
    second["ts"], second["dur"] = first["ts"] + first["dur"] - 0.001, second["dur"] + 1


def swap(events):
    """A task's slice behind those of its several stages."""
    begins = {(event["tid"], event["ts"]): event["dur"] for event in events if event.get("cat") == "stage"}
    task = next(event for event in events if event["ph"] == "X" and event["cat"] == "task"
                and begins[event["tid"], event["ts"]] < event["dur"])
    events.remove(task)
    events.append(task)


# Each breaks one rule in a valid file.
WRONGS = {
    "no phase": lambda events: of(events, "X").pop("ph"),
    "an unknown phase": lambda events: of(events, "X").update(ph="Q"),
    "a pid that is text": lambda events: of(events, "X").update(pid="1"),
    "a tid with decimals": lambda events: of(events, "X").update(tid=1.5),
    "a time that is text": lambda events: of(events, "X").update(ts="12"),
    "a time before the beginning": lambda events: of(events, "X").update(ts=-1),
    "no duration": lambda events: of(events, "X").pop("dur"),
    "a negative duration": lambda events: of(events, "X").update(dur=-1),
    "slices that overlap in part": overlap,
    "an inner slice before the outer": swap,
    "an end without a beginning": lambda events: events.append(dict(of(events, "X"), ph="E")),
    "a beginning without an end": lambda events: events.append(dict(of(events, "X"), ph="B")),
    "an instant without a scope": lambda events: of(events, "i").pop("s"),
    "a counter that is text": lambda events: of(events, "C")["args"].update(tasks="3"),
    "a counter without values": lambda events: of(events, "C").update(args={}),
    "a counter with another series": lambda events: of(events, "C")["args"].update(more=3),
    "metadata of its own": lambda events: of(events, "M").update(name="rookery"),
    "a name that is a number": lambda events: of(events, "M").update(args={"name": 3}),
    "a span without an id": lambda events: of(events, "b").pop("id"),
    "a span that does not begin": lambda events: events.remove(of(events, "b")),
    "a span that does not end": lambda events: events.remove(of(events, "e")),
    "a span that ends by another name": lambda events: of(events, "e").update(name="task 0"),
    "a track without a name": lambda events: of(events, "X").update(tid=99),
    "a process without a name": lambda events: of(events, "C").update(pid=99),
}


def keeps_the_rules(events):
    try:
        check(events)
    except Broken as broken:
        return str(broken)
    return ""


def main():
    rookery, model = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_recordings(folder / "recordings")
        traces = {run: trace_of(rookery, model, folder, run) for run in RUNS}
    for run, events in traces.items():
        assert not (broken := keeps_the_rules(events)), f"{run}: {broken}"
        assert {event["ph"] for event in events} == set("MXiCbe"), run
        print(f"{run}: {len(events)} events")
    assert any(event["name"] == "retired" for event in traces["processes"])
    assert any(event["name"].startswith("mixed task") for event in traces["mixed"])
    for wrong, make in WRONGS.items():
        events = copy.deepcopy(traces["threads"])
        make(events)
        assert keeps_the_rules(events), f"not seen: {wrong}"


if __name__ == "__main__":
    main()
