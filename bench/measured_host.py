"""The facts about a host that every measurement starts with."""

import os
import platform
import re
import subprocess
from pathlib import Path


def print_host_facts(programs):
    """`programs` is the folder with rookery and rookery-worker."""
    print(f"processor   {_processor()}")
    print(f"cores       {len(os.sched_getaffinity(0))}")
    print(f"kernel      {platform.system()} {platform.release()}")
    print(f"LibTorch    {_libtorch_version(Path(programs) / 'rookery-worker')}")
    print(f"load        {os.getloadavg()[0]:.1f} before the start", flush=True)


def _processor():
    match = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match.group(1) if match else platform.machine()


def _libtorch_version(worker):
    """Of the library that the worker is linked with: its headers, if there, lie beside it."""
    libraries = subprocess.run(["ldd", worker], check=True, capture_output=True, text=True).stdout
    library = re.search(r"=> (\S*libtorch_cpu\.so)", libraries)
    if library is None:
        return "not found"
    header = Path(library.group(1)).parent.parent / "include/torch/headeronly/version.h"
    version = re.search(r'#define TORCH_VERSION[\s\\]+"(.*)"', header.read_text()) if header.exists() else None
    return version.group(1) if version else library.group(1)
