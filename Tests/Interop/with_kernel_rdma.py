"""The Linux kernel's SMB Direct client against the server, over both soft-RDMA devices of the lab.

What this kernel's client (6.1.192) does wrong by itself is left out. Data in messages, as signed and
sealed mounts write it, is sent by smbd_send in pieces that do not end with their page: what follows
comes from the page that happens to lie behind. The same befalls small writes with cache=none, and a
read of 1 MiB into memory that is not aligned asks there for a page more than smbd_register_mr takes,
for ever. Direct I/O on other mounts, as fio does it, is aligned.
"""

import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

from case import InteropCase, digest, model, servers, tree
from with_kernel import MOUNT, Mounted

ROCE_PORT = 445
IWARP_PORT = 5445
# What the kernel prints when something in it went wrong, rather than when a peer did.
WARNINGS = re.compile(r"WARNING:|BUG:|Oops|corruption|Call Trace|refcount_t")
# Longer than the silence after which the server asks a peer whether it is there.
IDLE_SECONDS = 6


def kernel_log() -> list:
    return subprocess.run(["dmesg"], capture_output=True, text=True).stdout.splitlines()


class OverRDMA(Mounted):
    """Everything that works over TCP, and that it went by RDMA without a complaint of the kernel."""

    server_options = ("--rdma", "require", "--iwarp-port", str(IWARP_PORT), "--log-level", "debug")

    def setUp(self):
        if self.kind is servers.Samba:
            self.skipTest("Samba 4.17 has no SMB Direct")
        self.logged = len(kernel_log())
        super().setUp()

    def tearDown(self):
        bad = [line for line in kernel_log()[self.logged:] if WARNINGS.search(line)]
        super().tearDown()
        self.assertEqual(bad, [])

    def server_log(self):
        return self.server.log_path.read_text(errors="replace")

    def test_goes_by_rdma(self):
        line = next(line for line in pathlib.Path("/proc/mounts").read_text().splitlines()
                    if line.split()[1] == str(MOUNT))
        self.assertIn("rdma", line.split()[3].split(","))
        self.assertIn("transport=rdma", self.server_log())

    def test_large_files(self):
        content = os.urandom(1 << 20) * 64
        source = self.local / "source"
        source.write_bytes(content)
        subprocess.run(["dd", f"if={source}", f"of={MOUNT}/large", "bs=4M", "conv=fsync"],
                       check=True, capture_output=True)
        self.assertEqual(digest(self.shared / "large"), digest(source))
        self.remount()
        self.assertEqual(digest(MOUNT / "large"), digest(source))

    def test_goes_on_after_silence(self):
        (MOUNT / "file").write_bytes(b"x" * 100_000)
        time.sleep(IDLE_SECONDS)
        (MOUNT / "file").write_bytes(b"y" * 100_000)
        self.assertEqual((self.shared / "file").read_bytes(), b"y" * 100_000)

    def test_many_at_once(self):
        jobs = [subprocess.Popen(["dd", "if=/dev/urandom", f"of={MOUNT}/file{number}", "bs=256k",
                                  "count=16", "conv=fsync"], stderr=subprocess.DEVNULL)
                for number in range(8)]
        self.assertEqual([job.wait() for job in jobs], [0] * 8)
        self.remount()
        for number in range(8):
            self.assertEqual(digest(MOUNT / f"file{number}"), digest(self.shared / f"file{number}"))

    def test_reads_past_the_end(self):
        (self.shared / "short").write_bytes(b"y" * 5000)
        with (MOUNT / "short").open("rb") as file:
            self.assertEqual(file.read(), b"y" * 5000)
            self.assertEqual(file.read(), b"")
        # Errors give registrations back as well: it must go on for longer than there are any.
        for _ in range(300):
            with (MOUNT / "short").open("rb", buffering=0) as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                self.assertEqual(len(file.read(1 << 20)), 5000)

    def test_fio_verifies_with_depth(self):
        done = subprocess.run(
            ["fio", "--name=verify", f"--filename={MOUNT}/fio", "--size=32m", "--bsrange=4k-1m",
             "--rw=randwrite", "--verify=crc32c", "--verify_fatal=1", "--ioengine=libaio",
             "--iodepth=16", "--direct=1", "--randseed=11", "--end_fsync=1",
             "--allow_mounted_write=1"],
            cwd=self.local, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"err= 0")


class OverRoCE(OverRDMA):
    """The kernel's client tries 5445 and 445, whatever port it is told."""

    host = "10.9.0.1"

    def setUp(self):
        if self.kind is servers.Penstock and self.server.port != ROCE_PORT:
            self.server.stop()
            self.server.port = ROCE_PORT
            self.server.start()
        super().setUp()


class OverIWARP(OverRDMA):
    host = "10.9.1.1"

    def port(self):
        return IWARP_PORT


class RoCE(OverRoCE, InteropCase):
    options = "vers=3.1.1,rdma"


class RoCENoHandleCache(OverRoCE, InteropCase):
    options = "vers=3.1.1,rdma,nohandlecache"


class RoCEMiddle(OverRoCE, InteropCase):
    """3.0 has no remote invalidation."""

    options = "vers=3.0,rdma"


class DataInMessages(OverRoCE):
    """The kernel knows no RDMA transforms: protected data is in messages. Reading works."""

    test_fio_verifies = None
    test_fio_verifies_with_depth = None
    test_goes_on_after_silence = None
    test_holes = None
    test_large_files = None
    test_many_at_once = None
    test_model_there_and_back = None
    test_random_operations = None
    test_tree = None

    def test_reads_a_model(self):
        source = model()
        shutil.copytree(source, self.shared / "model")
        self.assertEqual(tree(MOUNT / "model"), tree(source))


class RoCESigned(DataInMessages, InteropCase):
    options = "vers=3.1.1,rdma,sec=ntlmsspi"


class RoCESealed(DataInMessages, InteropCase):
    options = "vers=3.1.1,rdma,seal"


class IWARP(OverIWARP, InteropCase):
    options = "vers=3.1.1,rdma"


class IWARPNoHandleCache(OverIWARP, InteropCase):
    options = "vers=3.1.1,rdma,nohandlecache"


if __name__ == "__main__":
    unittest.main()
