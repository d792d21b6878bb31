"""Writes OUT/detections.parquet from OUT/detections.jsonl, whole or not at all.

    export_parquet.py OUT

OUT is an output folder of `rookery run`; `rookery export OUT --format jsonl` writes detections.jsonl anew, which is
what is read here. Columns: recording and label (string), start and end (float64, seconds), score (float32), channel
(int32, from 1) and time (timestamp in milliseconds without a time zone); those two are null where the row has none.
Needs pyarrow.
"""

import argparse
import fcntl
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([
    ("recording", pa.string()),
    ("start", pa.float64()),
    ("end", pa.float64()),
    ("label", pa.string()),
    ("score", pa.float32()),
    ("channel", pa.int32()),
    ("time", pa.timestamp("ms")),
])
ROWS_AT_A_TIME = 100_000  # also a row group's size


def table_of(lines):
    rows = [json.loads(line) for line in lines]
    columns = {name: [row.get(name) for row in rows] for name in SCHEMA.names}
    columns["time"] = pa.array(columns["time"], pa.string()).cast(pa.timestamp("ms"))
    return pa.table(columns, SCHEMA)


def write_rows(lines, target):
    with pq.ParquetWriter(target, SCHEMA) as writer:
        while some := list(itertools.islice(lines, ROWS_AT_A_TIME)):
            writer.write_table(table_of(some))


def replace_durably(temporary, final):
    os.fsync(temporary.fileno())
    os.replace(temporary.name, final)
    folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def export(out):
    with open(out / "detections.jsonl", encoding="utf-8", newline="\n") as lines:
        # Such a name is known to rookery, which removes what a killed program left.
        temporary = tempfile.NamedTemporaryFile(dir=out, prefix=".rookery-parquet-", suffix=".tmp", delete=False)
        try:
            with temporary:
                fcntl.flock(temporary, fcntl.LOCK_EX)  # so that rookery sees that it is alive
                write_rows(lines, temporary)
                temporary.flush()
                os.chmod(temporary.name, 0o666 & ~current_umask())
                replace_durably(temporary, out / "detections.parquet")
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    out = parser.parse_args().out
    try:
        export(out)
    except (OSError, ValueError, pa.ArrowException) as error:
        sys.exit(f"export_parquet.py: {out}: {error}")


main()
