"""Another local process of the same user that talks to the supervisor's socket: it has no name, but descriptors
in /proc lead to it."""

import os
import socket
import struct
import time

from program import eventually, slowed
from rows import fault

GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + b"\x00" + bytes(31)


def _endpoints(process):
    """Descriptors that may be the socket's: it was opened by a path that is no more. Others refuse connections."""
    paths = [f"/proc/{process}/fd/{name}" for name in os.listdir(f"/proc/{process}/fd")]
    return [path for path in paths if os.path.lexists(path) and os.readlink(path).endswith(" (deleted)")]


def _connect(path):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.settimeout(2)
    try:
        channel.connect(path)
    except OSError:
        channel.close()
        return None
    return channel


def _command(name, body):
    text = bytes([len(name)]) + name + body
    return b"\x04" + bytes([len(text)]) + text


def _ready(identity):
    properties = b""
    for name, value in [(b"Socket-Type", b"DEALER"), (b"Identity", identity)]:
        properties += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    return _command(b"READY", properties)


def _frame(body, more=False):
    if len(body) < 256:
        return bytes([int(more), len(body)]) + body
    return bytes([2 | int(more)]) + struct.pack(">Q", len(body)) + body


def _nonsense(random):
    """What is sent on one connection: a name for it, and bytes."""
    noise = random.randbytes(random.randrange(1, 5000))
    worker = f"{random.randrange(4)}.{random.randrange(1, 5)}".encode()
    polite = GREETING + _ready(noise[:200] or b"x")
    return random.choice([
        noise,
        GREETING[: random.randrange(len(GREETING))],
        GREETING + noise,
        polite + _frame(noise),
        polite + _frame(b"", more=True) + _frame(noise, more=True) + _frame(noise),
        polite + _frame(b""),
        GREETING + _ready(b"") + _frame(noise),
        GREETING + _ready(worker) + _frame(noise),
        polite + b"\x02" + struct.pack(">Q", 1 << 62) + noise,
        polite + b"\x02" + struct.pack(">Q", 1 << 40) + noise,
        polite + b"".join(_frame(b"\x93\x01\x02\x03" + noise[:20]) for _ in range(200)),
    ])  # fmt: skip


def _send_everywhere(bench, process):
    """A connection to each endpoint of the process, with something sent on it."""
    channels = []
    try:
        for path in _endpoints(process):
            if channel := _connect(path):
                channels.append(channel)
                channel.sendall(_nonsense(bench.random))
                bench.injected()
    except OSError:
        pass  # the process, or this connection, has ended
    return channels


@fault("router_garbage", "another local process that sends garbage to the supervisor's socket")
def router_garbage(bench):
    day = bench.day()
    run = bench.start(day, bench.fresh(), slowed(250))
    eventually(run.workers)
    held = []
    while run.goes_on():
        held += _send_everywhere(bench, run.pid)
        while len(held) > 20:
            held.pop(bench.random.randrange(len(held))).close()
        time.sleep(0.01)
    for channel in held:
        channel.close()
    bench.ends(run, 0)
    bench.compare(day)
