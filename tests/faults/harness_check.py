"""Shows that the harness sees what it is there to see: called by run.py --check on the private host."""

import os
import shutil
import socket
import sqlite3
import subprocess
import unittest
from pathlib import Path

import leftovers
from comparison import Allowed, compare
from private_host import WORK

KEY = "in/f1.wav"


class Comparison(unittest.TestCase):
    day = None  # set by run.py

    def setUp(self):
        self.out = WORK / "out"
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.day.good, self.out)

    def damage(self, **allowed):
        return compare(self.day.good, self.out, Allowed(**allowed))

    def change(self, name, change):
        path = self.out / name
        lines = path.read_text().splitlines(keepends=True)
        place = next(i for i, line in enumerate(lines) if KEY in line or "f1" in name)
        lines[place : place + 1] = change(lines[place])
        path.write_text("".join(lines))

    def set_state(self, number):
        with sqlite3.connect(self.out / "journal.sqlite") as database:
            database.execute("UPDATE recordings SET state = ? WHERE key = ?", [number, KEY.encode()])
        database.close()

    def test_equal_folders_have_no_damage(self):
        damage = self.damage()
        self.assertEqual([damage.recordings_lost, damage.rows_lost, damage.bytes_differing], [0, 0, 0])

    def test_a_lost_row_counts(self):
        self.change("detections.jsonl", lambda line: [])
        self.assertEqual(self.damage().rows_lost, 1)

    def test_a_doubled_row_counts(self):
        self.change("detections.jsonl", lambda line: [line, line])
        self.assertEqual(self.damage().rows_lost, 1)

    def test_a_changed_byte_counts_in_every_export(self):
        for name in ["detections.jsonl", "detections.csv", KEY + ".txt"]:
            with self.subTest(name):
                self.setUp()
                self.change(name, lambda line: [line.replace("0.", "1.", 1)])
                self.assertGreater(self.damage().bytes_differing, 0)

    def test_a_recording_that_is_pending_or_failed_is_lost(self):
        for state in [0, 3]:
            with self.subTest(state):
                self.setUp()
                self.set_state(state)
                self.assertEqual(self.damage().recordings_lost, 1)

    def test_a_failure_that_is_allowed_needs_a_reason(self):
        self.set_state(3)
        self.assertEqual(self.damage(harmed={KEY}).recordings_lost, 1)

    def test_a_gap_must_be_told(self):
        gap = {"start": 1.0, "end": 1.5, "stage": "forward", "signal": "SIGSEGV"}
        self.assertGreater(self.damage(gaps={KEY: gap}).rows_lost, 0)

    def test_without_a_journal_all_is_lost(self):
        (self.out / "journal.sqlite").unlink()
        self.assertGreater(self.damage().recordings_lost, 10)


class Leftovers(unittest.TestCase):
    def setUp(self):
        self.host = leftovers.Host()
        leftovers.SETTLING_SECONDS = 0.1

    def assert_seen(self, text):
        self.assertIn(text, " ".join(self.host.leftovers(set())))

    def test_nothing_is_left_by_nothing(self):
        self.assertEqual(self.host.leftovers(set()), [])

    def test_processes_are_seen(self):
        process = subprocess.Popen(["sleep", "1000"])
        self.assert_seen("sleep 1000")
        process.kill()
        process.wait()

    def test_files_are_seen(self):
        for path in ["/tmp/x", "/dev/shm/x", f"{WORK}/x"]:
            with self.subTest(path):
                Path(path).touch()
                self.assert_seen(path)
                os.unlink(path)

    def test_sockets_are_seen(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0left")
            self.assert_seen("left")


def passes(day):
    Comparison.day = day
    suite = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, [Comparison, Leftovers]))
    return unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful()
