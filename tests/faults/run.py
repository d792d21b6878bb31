#!/usr/bin/env python3
"""Disturbs runs on purpose and tells what came of it; one line a row. Exit code 1 if one does not hold, 77 if one
could not be run.

  run.py --build build/release                          all rows, short form
  run.py --build build/release workers_killed op_segv   these
  run.py --build build/release --full --write docs/faults.md
"""

import argparse
import os
import random
import shlex
import subprocess
import sys
import time
import traceback
from pathlib import Path

import good_day
import harness_check
import private_host
import program
import table
from rows import all_rows

from bench import Bench, NotRun

NOT_RUN = private_host.NOT_RUN
CHECKOUT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="names of rows; all without any")
    parser.add_argument("--build", type=Path, default=CHECKOUT / "build/release", help="build tree")
    parser.add_argument("--full", action="store_true", help="the long form")
    parser.add_argument("--seed", type=int, default=None, help="of random moments")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of all runs")
    parser.add_argument("--write", type=Path, help="file to write the table to")
    parser.add_argument("--list", action="store_true", help="tell the rows' names")
    parser.add_argument("--same-rows", action="store_true", help="fail unless those named are all there are")
    parser.add_argument("--check", action="store_true", help="show that the harness sees damage and leftovers")
    parser.add_argument("--prepare", action="store_true", help="make what all rows use, and no more")
    return parser.parse_args()


def make_model(build):
    """The model with the op in it, made once for each state of the script."""
    library, out = build / "bin/rookery-fault-op.so", build / "test-data/faults/faulty"
    script = Path(__file__).with_name("make_fault_model.py")
    newest = max(script.stat().st_mtime, library.stat().st_mtime)
    if (out / "model.yaml").exists() and (out / "model.yaml").stat().st_mtime > newest:
        return
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "tools")}
    subprocess.run([sys.executable, script, library, out], check=True, env=environment)


def prepare(build):
    make_model(build)
    for model in ["levels", "neighbour_levels", "running_levels"]:
        good_day.kept_day(build, model, build / "test-data/faults")


def examine(row, options, seed):
    """Everything that came of one row, also if the harness itself fails in it."""
    bench = Bench(options.build, options.full, seed)
    began = time.monotonic()
    try:
        row.inject(bench)
        if bench.tally.injected == 0:
            bench.wrong("nothing was injected")
    except NotRun as reason:
        bench.tally.not_run = str(reason)
    except Exception as failure:
        traceback.print_exc()
        bench.wrong(f"the harness failed: {failure}")
    bench.nothing_left()
    bench.tally.seconds = time.monotonic() - began
    return bench.tally


def main():
    options = arguments()
    rows = all_rows()
    if options.list:
        return print(*rows, sep="\n")
    if options.same_rows:
        return sys.exit(f"not the same: {differing}" if (differing := set(rows) ^ set(options.rows)) else 0)
    options.build = options.build.resolve()
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    private_host.enter([CHECKOUT, options.build])
    program.set_build(options.build)
    prepare(options.build)
    if options.prepare:
        return
    program.set_settings(options.set)
    if options.check:
        day = good_day.kept_day(options.build, "levels", options.build / "test-data/faults")
        return sys.exit(not harness_check.passes(day))
    results = {}
    for name in options.rows or rows:
        results[name] = examine(rows[name], options, seed)
        print(table.line_of(name, results[name], seed), flush=True)
    if options.write:
        command = [".venv/bin/python", "tests/faults/run.py", *sys.argv[1:]]
        table.write(options.write, rows, results, seed, shlex.join(command))
    if failing := [tally for tally in results.values() if not tally.holds()]:
        sys.exit(NOT_RUN if all(tally.not_run for tally in failing) else 1)


if __name__ == "__main__":
    main()
