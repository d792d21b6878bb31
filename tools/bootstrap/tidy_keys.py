"""Prints `KEY SOURCE` for each C++ source given: the key changes when a check of it could tell something new.

That is when the source, a header of ours that it includes (through others too), its compile command, the checks
or clang-tidy's version change.

    python tidy_keys.py COMPILE_COMMANDS.json CLANG_TIDY_VERSION SOURCE...
"""

import functools
import hashlib
import json
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
INCLUDE_FOLDERS = (Path(), Path("include"))


@functools.cache
def included(path: Path) -> tuple[Path, ...]:
    names = INCLUDE.findall(path.read_text())
    return tuple(folder / name for name in names for folder in INCLUDE_FOLDERS if (folder / name).exists())


def with_headers(source: Path) -> list[Path]:
    found = {source}
    waiting = [source]
    while waiting:
        news = set(included(waiting.pop())) - found
        found |= news
        waiting += news
    return sorted(found)


@functools.cache
def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(commands_file: str, version: str, *sources: str) -> None:
    here = Path.cwd()
    commands = {Path(entry["file"]): entry["command"] for entry in json.loads(Path(commands_file).read_text())}
    for source in map(Path, sources):
        parts = [version, commands.get(here / source, ""), digest(Path(".clang-tidy"))]
        parts += [f"{path} {digest(path)}" for path in with_headers(source)]
        print(hashlib.sha256("\n".join(parts).encode()).hexdigest(), source)


if __name__ == "__main__":
    main(*sys.argv[1:])
