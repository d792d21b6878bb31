"""Why jemalloc with dirty_decay_ms:9000000000 faults large buffers in anew as with its defaults: page faults a buffer.

For each setting a child process takes, fills and gives back a buffer of 16 MB again and again, in its first thread and
then in a second one. jemalloc 5.3.0, which is preloaded, decides what becomes of the pages.
"""

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import threading

ROUNDS = 100
MEGABYTES = (4, 16)
GUIDE = "dirty_decay_ms:9000000000,muzzy_decay_ms:9000000000"
SETTINGS = [
    "",
    "dirty_decay_ms:-1,muzzy_decay_ms:-1",
    GUIDE,
    f"oversize_threshold:1,metadata_thp:auto,{GUIDE}",
    "dirty_decay_ms:18446744072000",
    "dirty_decay_ms:18446744072001",
]


def faults_a_buffer(megabytes):
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(ROUNDS):
        buffer = library.malloc(megabytes << 20)
        library.memset(buffer, 1, megabytes << 20)
        library.free(buffer)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // ROUNDS


def child():
    def measure():
        print(*[faults_a_buffer(megabytes) for megabytes in MEGABYTES], end=" ", flush=True)

    measure()
    second = threading.Thread(target=measure)
    second.start()
    second.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="libjemalloc.so.2", help="to preload")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child()
    print(f"{'MALLOC_CONF':<95} faults a buffer of 4 MB, 16 MB; the same in a second thread")
    for setting in SETTINGS:
        environment = {**os.environ, "LD_PRELOAD": arguments.library, "MALLOC_CONF": setting}
        command = [sys.executable, __file__, "--child"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        complaint = "refused: " + ended.stderr.splitlines()[0] if ended.stderr else ""
        print(f"{setting or 'its defaults':<95} {ended.stdout} {complaint}")


if __name__ == "__main__":
    main()
