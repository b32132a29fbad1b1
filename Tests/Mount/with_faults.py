"""What programs notice of a server that goes away and comes back: nothing but the time it takes."""

import errno
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

import case

MEBIBYTE = 1 << 20

# Copies a file a mebibyte at a time, and says so when an eighth is done.
WRITER = """
import os, sys
data = open(sys.argv[1], "rb").read()
with open(sys.argv[2], "wb", buffering=0) as file:
    for offset in range(0, len(data), 1 << 20):
        assert file.write(data[offset:offset + (1 << 20)]) == 1 << 20
        if offset == len(data) // 8:
            print("begun", flush=True)
    os.fsync(file.fileno())
"""


class Faults(unittest.TestCase):
    def setUp(self):
        self.base = self.enterContext(case.temporary_folder())
        self.there = self.base / "exported"
        self.there.mkdir()
        self.server = self.enterContext(case.penstock({"share": self.there}))
        self.mounted = case.Mounted(self.server)
        self.addCleanup(self.mounted.clear)
        self.here = self.mounted.directory

    def kill(self):
        """As a crash or a loss of power ends a server."""
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        self.server.process.stdout.close()

    def test_server_killed_and_restarted_while_it_is_written_to(self):
        source = self.base / "source"
        source.write_bytes(random.Random(3).randbytes(48 * MEBIBYTE))
        # A process of its own: the server's must not begin as one that has the file open too, whose
        # closing waits for the write that waits for the server.
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, source, self.here / "file"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(writer.stdout.close)
        self.addCleanup(writer.kill)
        self.assertEqual(writer.stdout.readline(), "begun\n")
        for _ in range(2):
            self.kill()
            self.server.start()
        self.assertEqual(writer.wait(case.COMMAND_SECONDS), 0)
        self.assertEqual(case.digest(self.there / "file"), case.digest(source))
        self.assertEqual(self.mounted.end(), 0)

    def test_server_killed_and_restarted_while_it_is_read_from(self):
        data = random.Random(4).randbytes(32 * MEBIBYTE)
        (self.there / "file").write_bytes(data)
        with open(self.here / "file", "rb", buffering=0) as file:
            begun = file.read(MEBIBYTE)
            self.kill()
            # What a program waits for meanwhile comes when the server is back.
            rest = []
            reader = threading.Thread(target=lambda: rest.append(b"".join(iter(
                lambda: file.read(MEBIBYTE), b""))))
            reader.start()
            self.server.start()
            reader.join(case.COMMAND_SECONDS)
            self.assertFalse(reader.is_alive())
            self.assertEqual(begun + rest[0], data)

    def test_names_and_folders_after_a_restart(self):
        with open(self.here / "before", "w+b", buffering=0) as file:
            file.write(b"one")
            os.rename(self.here / "before", self.here / "after")
            self.kill()
            self.server.start()
            file.write(b"two")
            os.mkdir(self.here / "folder")
            self.assertEqual(sorted(os.listdir(self.here)), ["after", "folder"])
            file.seek(0)
            self.assertEqual(file.read(), b"onetwo")
        self.assertEqual((self.there / "after").read_bytes(), b"onetwo")

    def test_replaced_while_the_server_was_away(self):
        (self.there / "file").write_bytes(b"old")
        with open(self.here / "file", "rb", buffering=0) as file:
            self.kill()
            (self.there / "new").write_bytes(b"new")
            os.rename(self.there / "new", self.there / "file")
            self.server.start()
            # Another file has the name: its bytes are not passed off as those of the first.
            with self.assertRaises(OSError):
                file.read()
        self.assertEqual((self.here / "file").read_bytes(), b"new")

    def test_waiting_ends_when_the_program_is_to_end(self):
        (self.there / "file").write_bytes(b"data")
        self.kill()
        program = subprocess.Popen(["cat", self.here / "file"], stdout=subprocess.DEVNULL)
        self.addCleanup(program.kill)
        deadline = time.monotonic() + case.COMMAND_SECONDS
        status = pathlib.Path(f"/proc/{program.pid}/status")
        # There is nothing else that it would sleep for, so that a signal can end it.
        while "\nState:\tS" not in status.read_text():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        self.assertNotEqual(program.wait(case.COMMAND_SECONDS), 0)
        self.server.start()
        self.assertEqual((self.here / "file").read_bytes(), b"data")

    def test_soft_mount_gives_errors_and_recovers(self):
        (self.there / "file").write_bytes(b"data")
        soft = case.Mounted(self.server, options=["--soft", "--deadline", "2"])
        self.addCleanup(soft.clear)
        with open(soft.directory / "file", "rb", buffering=0) as file:
            self.kill()
            with self.assertRaises(OSError) as late:
                file.read()
            self.assertEqual(late.exception.errno, errno.EIO)
            self.server.start()
            # The first answers may still be as late as that.
            deadline = time.monotonic() + case.COMMAND_SECONDS
            while True:
                try:
                    self.assertEqual(os.pread(file.fileno(), 10, 0), b"data")
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline)
        self.assertEqual(soft.end(), 0)

    def test_unmounting_without_a_server(self):
        self.assertEqual(os.listdir(self.here), [])
        self.kill()
        self.assertEqual(self.mounted.end(), 0)
