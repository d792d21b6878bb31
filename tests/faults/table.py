"""The table of faults, as lines on a terminal and as a page."""

import os
import platform
import time


def line_of(name, tally, seed):
    """One row, with what was wrong below it."""
    counts = (
        f"{tally.injected} injected, {tally.recordings_lost} recordings lost, {tally.rows_lost} rows lost or doubled, "
        f"{tally.bytes_differing} bytes differing, {len(tally.leftovers)} left over, {len(tally.wrong)} else wrong"
    )
    if tally.not_run:
        return f"NOT RUN: {name}: {tally.not_run}"
    verdict = "holds" if tally.holds() else "DOES NOT HOLD"
    lines = [f"{verdict}: {name}: {counts}; {tally.runs} runs, {tally.seconds:.0f} s, seed {seed}"]
    if tally.told:
        lines.append(f"    {tally.told}")
    if not tally.holds():
        lines += [f"    {text}" for text in tally.causes()[:12]]
    return "\n".join(lines)


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def host_facts():
    return (
        f"{os.cpu_count()} cores, {memory_gib():.0f} GiB of memory, Linux {platform.release()}, "
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}"
    )


HEAD = """# Faults

Runs that are disturbed on purpose, and what came of them. Written by

    {command}

on {date}: {host}; random seed {seed}.
`ctest --preset release -L faults` runs a shorter form of every row. How it is done stands in
[tests/faults/](../tests/faults/README.md).

*Injected* counts the faults: kills, failing ops and reads, pieces of garbage, or very many recordings. *Runs* counts
the starts of `rookery run` that were to meet one, and those that went on after it.

Each run is compared with a good day's: recordings that have no end, or a failure that the fault does not explain
(*recordings lost*); *rows lost or doubled* in the exports, and *bytes differing* in them, but for a gap where one is
due, which must be the segment that was hit and no more; *left over*: processes, entries of /dev/shm and /tmp, sockets,
files beside the output folder. *Else wrong* counts unexpected exit codes, missing messages and runs without an end.

| fault | injected | runs | recordings lost | rows lost or doubled | bytes differing | left over | else wrong |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def write(path, rows, results, seed, command):
    date = time.strftime("%d %B %Y")
    text = HEAD.format(command=command, date=date, host=host_facts(), seed=seed)
    for name, tally in results.items():
        cells = [rows[name].fault, tally.injected, tally.runs, tally.recordings_lost, tally.rows_lost]
        cells += [tally.bytes_differing, len(tally.leftovers), len(tally.wrong)]
        if tally.not_run:
            cells[1:] = ["not run", *["–"] * 6]
        text += "| " + " | ".join(map(str, cells)) + " |\n"
    text += _remarks(rows, results)
    path.write_text(text)


def _remarks(rows, results):
    measured = [f"- {rows[name].fault}: {tally.told}\n" for name, tally in results.items() if tally.told]
    failing = [name for name, tally in results.items() if not tally.holds()]
    text = "\nMeasured on the way:\n\n" + "".join(measured) if measured else ""
    if absent := [row.fault for name, row in rows.items() if name not in results]:
        text += "\n**Not in this run:**\n\n" + "".join(f"- {fault}\n" for fault in absent)
    if failing:
        text += "\n**Does not hold yet:**\n\n"
        for name in failing:
            text += f"- {rows[name].fault}: {' '.join(results[name].causes()[0].split())[:300]}\n"
    return text
