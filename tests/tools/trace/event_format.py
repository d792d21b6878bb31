"""The rules of the Trace Event Format, as chrome://tracing and Perfetto read it."""

import json
from collections import defaultdict

# What the argument of a piece of metadata is called, and its type.
METADATA = {"process_name": ("name", str), "process_labels": ("labels", str), "process_sort_index": ("sort_index", int),
            "thread_name": ("name", str), "thread_sort_index": ("sort_index", int)}
PHASES = set("BEXiCMben")
SCOPES = set("gpt")


class Broken(Exception):
    """A rule that a file breaks, and the event that does."""


def need(holds, rule, event):
    if not holds:
        raise Broken(f"{rule}: {event}")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def nanoseconds(us):
    """As Perfetto takes microseconds: what is not quite a nanosecond in binary is cut off."""
    return us * 1000 if is_whole(us) else int(us * 1000.0)


def no_twice(pairs):
    found = dict(pairs)
    need(len(found) == len(pairs), "a member stands twice", pairs)
    return found


def no_constant(word):
    raise Broken(f"{word} is no JSON")


def events_of(text):
    """Of a whole file."""
    return json.loads(text, object_pairs_hook=no_twice, parse_constant=no_constant)


def check(events):
    need(isinstance(events, list) and events, "a file is an array of events", events)
    for event in events:
        check_alone(event)
    check_slices(events)
    check_spans(events)
    check_counters(events)
    check_names(events)


def check_alone(event):
    phase = event.get("ph")
    need(isinstance(phase, str) and phase in PHASES, "ph is one of the known letters", event)
    need(isinstance(event.get("name"), str) and event["name"], "every event has a name", event)
    for key in ("pid", "tid"):
        need(is_whole(event.get(key)) and event[key] >= 0, f"{key} is a whole number", event)
    need(isinstance(event.get("args", {}), dict), "args is an object", event)
    if phase == "M":
        key, kind = METADATA.get(event["name"], (None, None))
        need(key is not None, "metadata has one of the known names", event)
        need(type(event["args"].get(key)) is kind, f"{event['name']} has {key}", event)
        return
    need(is_number(event.get("ts")) and event["ts"] >= 0, "ts is a number of microseconds", event)
    if phase != "C":
        need(isinstance(event.get("cat"), str) and event["cat"], "it has a category", event)
    if phase == "X":
        need(is_number(event.get("dur")) and event["dur"] >= 0, "dur is a number of microseconds", event)
    if phase == "i":
        need(event.get("s") in SCOPES, "an instant has a scope", event)
    if phase in "ben":
        need(is_whole(event.get("id")) or isinstance(event.get("id"), str), "an asynchronous event has an id", event)


def by_time(events, phases):
    """As readers sort them: those of equal times in the file's order."""
    return sorted((event for event in events if event["ph"] in phases), key=lambda event: nanoseconds(event["ts"]))


def check_slices(events):
    """On each track slices nest or follow one another; of two that begin together the outer stands first."""
    open_slices = defaultdict(list)  # by track; (end, name)
    for event in by_time(events, "XBE"):
        begin, stack = nanoseconds(event["ts"]), open_slices[event["pid"], event["tid"]]
        while stack and stack[-1][0] is not None and stack[-1][0] <= begin:
            stack.pop()
        if event["ph"] == "E":
            need(stack and stack.pop() == (None, event["name"]), "E ends the last B", event)
            continue
        end = begin + nanoseconds(event["dur"]) if event["ph"] == "X" else None
        inside = not stack or stack[-1][0] is None or (end is not None and end <= stack[-1][0])
        need(inside, f"slices of a track overlap in part ({stack and stack[-1][1]})", event)
        stack.append((end, event["name"]))
    for track, stack in open_slices.items():
        need(all(end is not None for end, _ in stack), "every B has an E", track)


def check_spans(events):
    """Asynchronous spans, known by category, id and process, nest and end."""
    open_spans = defaultdict(list)
    for event in by_time(events, "ben"):
        stack = open_spans[event["cat"], event["id"], event["pid"]]
        if event["ph"] == "b":
            stack.append(event["name"])
        else:
            need(bool(stack), "it ends or tells of a span that has begun", event)
        if event["ph"] == "e":
            need(stack.pop() == event["name"], "a span ends by the name it began with", event)
    for span, stack in open_spans.items():
        need(not stack, "every span ends", span)


def check_counters(events):
    series = {}
    for event in by_time(events, "C"):
        values = event.get("args", {})
        need(values and all(is_number(value) for value in values.values()), "a counter's values are numbers", event)
        named = series.setdefault((event["pid"], event["name"]), values.keys())
        need(named == values.keys(), "a counter keeps its series", event)


def check_names(events):
    named = {(event["name"], event["pid"], event["tid"] if event["name"] == "thread_name" else 0)
             for event in events if event["ph"] == "M"}
    for event in events:
        need(("process_name", event["pid"], 0) in named, "every process has a name", event)
        if event["ph"] in "XBEi":
            need(("thread_name", event["pid"], event["tid"]) in named, "every track has a name", event)
