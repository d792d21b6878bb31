"""Reads one exported format back with a library that knows the format, and compares it with the truth.

    read_back.py FORMAT FOLDER

FOLDER holds what the format wrote and truth.json: for each recording its key, duration and rows. Ends
with 1 and a traceback at the first difference. Each format has a function here, named like it.
"""

import csv
import json
import sys
from pathlib import Path

MICROSECOND = 1e-6
MILLISECOND = 1e-3


def one_line(text):
    return "".join(" " if ord(character) < 32 else character for character in text)


def assert_rows(found, wanted, tolerance=MICROSECOND):
    """Rows are (start, end, label, score); a score of None is not compared."""
    assert len(found) == len(wanted), f"{len(found)} rows instead of {len(wanted)}: {found}"
    for (start, end, label, score), row in zip(found, wanted, strict=True):
        assert abs(start - row["start"]) <= tolerance, (start, row)
        assert abs(end - row["end"]) <= tolerance, (end, row)
        assert label == row["label"], (label, row)
        assert score is None or abs(score - row["score"]) <= 0.5e-4, (score, row)


def one_line_rows(recording):
    return [row | {"label": one_line(row["label"])} for row in recording["rows"]]


def jsonl(folder, truth):
    lines = (folder / "detections.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "", "the last line has an end"
    rows = [json.loads(line) for line in lines]
    for recording in truth:
        own = [row for row in rows if row["recording"] == recording["recording"]]
        assert_rows([(row["start"], row["end"], row["label"], row["score"]) for row in own], recording["rows"])
    assert len(rows) == sum(len(recording["rows"]) for recording in truth)


def csv_with_pandas(folder, truth):
    import pandas

    table = pandas.read_csv(folder / "detections.csv", keep_default_na=False)
    assert list(table.columns) == ["recording", "start", "end", "label", "score"]
    for recording in truth:
        own = table[table.recording == recording["recording"]]
        assert_rows(list(zip(own.start, own.end, own.label, own.score, strict=True)), recording["rows"])
    assert len(table) == sum(len(recording["rows"]) for recording in truth)


def audacity(folder, truth):
    import pandas

    for recording in truth:
        path = folder / f"{recording['recording']}.txt"
        if not recording["rows"]:
            assert path.read_bytes() == b""
            continue
        track = pandas.read_csv(path, sep="\t", header=None, quoting=csv.QUOTE_NONE, dtype={2: str},
                                keep_default_na=False)
        assert_rows([(start, end, label, None) for start, end, label in track.itertuples(index=False)],
                    one_line_rows(recording))


def raven(folder, truth):
    import pandas

    for recording in truth:
        table = pandas.read_csv(folder / f"{recording['recording']}.selections.txt", sep="\t",
                                quoting=csv.QUOTE_NONE, dtype={"Label": str}, keep_default_na=False)
        assert list(table["Selection"]) == list(range(1, len(table) + 1))
        assert set(table["View"]) <= {"Spectrogram 1"} and set(table["Channel"]) <= {1}
        assert (table["Low Freq (Hz)"] < table["High Freq (Hz)"]).all()
        rows = zip(table["Begin Time (s)"], table["End Time (s)"], table["Label"], table["Score"], strict=True)
        assert_rows(list(rows), one_line_rows(recording))


def rttm(folder, truth):
    import pandas
    from pyannote.database.util import load_rttm

    speakers = load_rttm(folder / "detections.rttm")
    table = pandas.read_csv(folder / "detections.rttm", sep=r"\s+", header=None)
    assert table.shape == (sum(len(recording["rows"]) for recording in truth), 10)
    for recording in truth:
        uri = recording["recording"].replace(" ", "\\x20").replace('"', "\\x22")
        tags = [row | {"label": "_".join(row["label"].replace('"', "'").split())}
                for row in recording["rows"] if not row["word"]]
        turns = speakers[uri].itertracks(yield_label=True) if uri in speakers else []
        found = sorted((turn.start, turn.end, label, None) for turn, _, label in turns)
        assert_rows(found, sorted(tags, key=lambda row: (row["start"], row["end"], row["label"])))
        words = table[(table[0] == "LEXEME") & (table[1] == uri)]
        assert len(words) == len(recording["rows"]) - len(tags)


def assert_cues(cues, recording):
    """Cues are (start, end, text). Words are gathered into cues; other rows are cues themselves."""
    rows = one_line_rows(recording)
    if not rows or not rows[0]["word"]:
        assert_rows([(*cue, None) for cue in cues], rows, MILLISECOND)
        return
    assert len(cues) > 2, cues
    rest = list(rows)
    for start, end, text in cues:
        words = [rest.pop(0) for _ in text.split()]
        assert text.split() == [word["label"] for word in words], (text, words)
        assert abs(start - words[0]["start"]) <= MILLISECOND and abs(end - words[-1]["end"]) <= MILLISECOND
        assert end - start <= 7 + MILLISECOND and all(len(line) <= 42 for line in text.split("\n"))
    assert not rest


def srt_cues(folder, truth):
    import srt

    for recording in truth:
        text = (folder / f"{recording['recording']}.srt").read_text(encoding="utf-8")
        cues = list(srt.parse(text))
        assert [cue.index for cue in cues] == list(range(1, len(cues) + 1))
        assert_cues([(cue.start.total_seconds(), cue.end.total_seconds(), cue.content) for cue in cues], recording)


def vtt(folder, truth):
    import html

    import webvtt

    for recording in truth:
        cues = webvtt.read(str(folder / f"{recording['recording']}.vtt"))
        assert_cues([(cue.start_in_seconds + cue.start_time.milliseconds / 1000,
                      cue.end_in_seconds + cue.end_time.milliseconds / 1000,
                      html.unescape(cue.raw_text)) for cue in cues], recording)


def textgrid(folder, truth):
    from praatio import textgrid as praat

    for recording in truth:
        grid = praat.openTextgrid(str(folder / f"{recording['recording']}.TextGrid"), includeEmptyIntervals=True,
                                  reportingMode="error")
        assert (grid.minTimestamp, grid.maxTimestamp) == (0, recording["duration"])
        found = []
        for tier in grid.tiers:
            assert tier.entries[0].start == 0 and tier.entries[-1].end == recording["duration"]
            for left, right in zip(tier.entries, tier.entries[1:]):
                assert left.end == right.start, (left, right)
            found += [(entry.start, entry.end, entry.label, None) for entry in tier.entries if entry.label]
        rows = one_line_rows(recording)
        names = {"words" if row["word"] else row["label"] for row in rows} or {"detections"}
        assert names <= set(grid.tierNames), grid.tierNames
        assert_rows(sorted(found), sorted(rows, key=lambda row: (row["start"], row["end"], row["label"])))


def assert_vectors(array, recording):
    import numpy

    wanted = numpy.array(recording.get("vectors", []), dtype=numpy.float32)
    assert array.dtype == numpy.dtype("<f4") and array.ndim == 2 and array.flags.c_contiguous
    assert array.shape == (len(wanted), 5), "a recording without vectors, too, tells their length"
    assert (array == wanted.reshape(array.shape)).all()


def npy(folder, truth):
    import numpy

    for recording in truth:
        assert_vectors(numpy.load(folder / f"{recording['recording']}.npy", allow_pickle=False), recording)


def npz(folder, truth):
    import numpy

    for recording in truth:
        with numpy.load(folder / f"{recording['recording']}.npz", allow_pickle=False) as arrays:
            assert sorted(arrays) == ["embedding", "end", "start"]
            assert_vectors(arrays["embedding"], recording)
            assert arrays["start"].tolist() == recording.get("starts", [])
            assert numpy.allclose(arrays["end"] - arrays["start"], 1, rtol=0, atol=1e-9)
            assert arrays.zip.testzip() is None
            assert {member.date_time[0] for member in arrays.zip.infolist()} == {1980}, "no time of writing"


def parquet(folder, truth):
    import pandas

    table = pandas.read_parquet(folder / "detections.parquet")
    assert list(table.columns) == ["recording", "start", "end", "label", "score", "channel", "time"]
    assert table.channel.isna().all()
    assert str(table.time.dtype) == "datetime64[ms]" and table.time.isna().all()
    for recording in truth:
        own = table[table.recording == recording["recording"]]
        assert_rows(list(zip(own.start, own.end, own.label, own.score, strict=True)), recording["rows"])
    assert len(table) == sum(len(recording["rows"]) for recording in truth)


def parquet_with_times(folder, truth):
    import pandas

    table = pandas.read_parquet(folder / "detections.parquet")
    assert table.channel.tolist()[1] == 2 and table.channel.isna().tolist() == [True, False]
    assert table.time.isna().tolist() == [False, True]
    assert table.time[0] == pandas.Timestamp("2026-11-21T06:40:44.500")


READERS = {"jsonl": jsonl, "csv": csv_with_pandas, "audacity": audacity, "raven": raven, "rttm": rttm,
           "srt": srt_cues, "vtt": vtt, "textgrid": textgrid, "npy": npy, "npz": npz,
           "parquet": parquet, "parquet_with_times": parquet_with_times}


def main():
    name, folder = sys.argv[1], Path(sys.argv[2])
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    READERS[name](folder, truth)


main()
