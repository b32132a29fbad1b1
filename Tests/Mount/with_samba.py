"""A server without the SMB 3.1.1 POSIX extensions: Samba, which Debian builds without them.

Modes and owners are the mount's own, and a file that is removed while it is open cannot be opened
again under its name before it is closed.
"""

import errno
import mmap
import os
import random
import stat

import case
from case import servers

MEBIBYTE = 1 << 20


class Samba(case.MountCase):
    serve = servers.Samba

    def fails(self, number, function, *arguments):
        with self.assertRaises(OSError) as caught:
            function(*arguments)
        self.assertEqual(errno.errorcode[caught.exception.errno], errno.errorcode[number])

    def test_data(self):
        data = random.Random(5).randbytes(20 * MEBIBYTE + 77)
        (self.here / "file").write_bytes(data)
        self.assertEqual((self.there / "file").read_bytes(), data)
        with open(self.here / "file", "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
            self.assertEqual(mapped[:], data)
            mapped[7 * MEBIBYTE] ^= 1
            mapped.flush()
            file.truncate(8 * MEBIBYTE)
        self.assertEqual(len((self.there / "file").read_bytes()), 8 * MEBIBYTE)
        self.assertEqual((self.there / "file").read_bytes()[7 * MEBIBYTE], data[7 * MEBIBYTE] ^ 1)

    def test_names(self):
        names = ["plain", "colon:name", "star*", "question?", 'quote"', "<less>", "pipe|", "dot.",
                 "space ", "back\\slash", "Grüße", "日本語", "🜚", "x" * 200]
        for name in names:
            (self.here / name).write_text(name)
        self.assertEqual(sorted(os.listdir(self.here)), sorted(names))
        for name in names:
            self.assertEqual((self.here / name).read_text(), name)
            os.unlink(self.here / name)
        self.assertEqual(os.listdir(self.there), [])

    def test_folders(self):
        os.makedirs(self.here / "one" / "two")
        self.fails(errno.ENOTEMPTY, os.rmdir, self.here / "one")
        self.fails(errno.EEXIST, os.mkdir, self.here / "one")
        os.rename(self.here / "one" / "two", self.here / "three")
        os.rmdir(self.here / "one")
        self.assertEqual(os.listdir(self.there), ["three"])
        self.fails(errno.ENOENT, os.stat, self.here / "one")

    def test_renaming_replaces(self):
        for name in ("old", "new"):
            (self.here / name).write_text(name)
        os.rename(self.here / "old", self.here / "new")
        self.assertEqual(os.listdir(self.there), ["new"])
        self.assertEqual((self.here / "new").read_text(), "old")

    def test_modes_and_times(self):
        path = self.here / "file"
        path.write_text("data")
        found = os.stat(path)
        self.assertEqual((found.st_uid, found.st_gid), (os.getuid(), os.getgid()))
        self.assertEqual(stat.S_IMODE(found.st_mode), 0o644)
        os.chmod(path, 0o444)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o444)
        os.chmod(path, 0o644)
        path.write_text("more")
        os.utime(path, ns=(1_500_000_000_000_000_000, 1_600_000_000_000_000_000))
        self.assertEqual(os.stat(self.there / "file").st_mtime_ns, 1_600_000_000_000_000_000)

    def test_removed_while_open(self):
        path = self.here / "file"
        path.write_text("data")
        with open(path, "r+b", buffering=0) as file:
            os.unlink(path)
            self.assertEqual(file.read(), b"data")
        # The kernel tells of the last close, but nobody waits for it.
        self.wait_until(lambda: os.listdir(self.there) == [])

    def test_hard_links(self):
        (self.here / "file").write_text("data")
        os.link(self.here / "file", self.here / "other")
        self.assertTrue(os.path.samefile(self.here / "file", self.here / "other"))
        self.assertTrue(os.path.samefile(self.there / "file", self.there / "other"))

    def test_large_folder(self):
        wanted = {f"entry {number}" for number in range(1500)}
        for name in wanted:
            (self.there / name).touch()
        self.assertEqual(set(os.listdir(self.here)), wanted)
