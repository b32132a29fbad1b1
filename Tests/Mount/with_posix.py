"""What POSIX says of files, as far as SMB 3.1.1 with the POSIX extensions can carry it.

What it cannot, and what the mount does then:
- a backslash in a name, which separates names in SMB: EINVAL
- names that are not UTF-8: EILSEQ
- FIFOs, sockets and devices: ENOSYS, since a reparse point of their kind cannot be made
- exchanging two names (RENAME_EXCHANGE) and whiteouts: EINVAL
- times finer than 100 ns, which is the unit of FILETIME: rounded down
- extended attributes, fallocate, SEEK_DATA and SEEK_HOLE, and locks that other machines see are
  not carried yet
"""

import ctypes
import errno
import os
import stat

import case


class Posix(case.MountCase):
    def fails(self, number, function, *arguments, **options):
        with self.assertRaises(OSError) as caught:
            function(*arguments, **options)
        self.assertEqual(errno.errorcode[caught.exception.errno], errno.errorcode[number])

    def make(self, name="file", data=b"data"):
        path = self.here / name
        path.write_bytes(data)
        return path

    # Modes, owners, times

    def test_modes(self):
        path = self.make()
        for mode in (0o600, 0o444, 0o000, 0o4755, 0o1777, 0o2070):
            os.chmod(path, mode)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode)
            self.assertEqual(stat.S_IMODE(os.stat(self.there / "file").st_mode), mode)

    def test_umask_and_modes_of_what_is_made(self):
        old = os.umask(0o027)
        try:
            os.close(os.open(self.here / "file", os.O_CREAT | os.O_WRONLY, 0o666))
            os.mkdir(self.here / "folder", 0o777)
        finally:
            os.umask(old)
        for root in (self.here, self.there):
            self.assertEqual(stat.S_IMODE(os.stat(root / "file").st_mode), 0o640)
            self.assertEqual(stat.S_IMODE(os.stat(root / "folder").st_mode), 0o750)

    def test_descriptor_of_a_file_made_read_only_still_writes(self):
        descriptor = os.open(self.here / "file", os.O_CREAT | os.O_RDWR | os.O_EXCL, 0o444)
        os.write(descriptor, b"written")
        os.close(descriptor)
        self.assertEqual((self.there / "file").read_bytes(), b"written")
        os.unlink(self.here / "file")

    def test_owners(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give files away")
        path = self.make()
        os.chown(path, 1234, -1)
        os.chown(path, -1, 4321)
        for root in (self.here, self.there):
            found = os.stat(root / "file")
            self.assertEqual((found.st_uid, found.st_gid), (1234, 4321))

    def test_times(self):
        path = self.make()
        times = (1_000_000_000_123_456_700, 1_600_000_000_987_654_300)
        os.utime(path, ns=times)
        for root in (self.here, self.there):
            found = os.stat(root / "file")
            self.assertEqual((found.st_atime_ns, found.st_mtime_ns), times)
        folder = self.here / "folder"
        folder.mkdir()
        os.utime(folder, ns=times)
        self.assertEqual(os.stat(self.there / "folder").st_mtime_ns, times[1])

    # Names

    def test_names(self):
        names = [
            "a", "A", "colon:name", "star*", "question?", 'quote"', "<less>", "pipe|", "dot.",
            "space ", " space", "...", "tab\tname", "line\nname", "Grüße", "日本語", "🜚",
            "x" * 255, "ü" * 127, "CON", "aux.txt", "~1", "con:stream:$DATA",
        ]
        for name in names:
            self.make(name, name.encode())
        self.assertEqual(sorted(os.listdir(self.here)), sorted(names))
        self.assertEqual(sorted(os.listdir(self.there)), sorted(names))
        for name in names:
            self.assertEqual((self.here / name).read_bytes(), name.encode())
            os.rename(self.here / name, self.here / "moved")
            os.unlink(self.here / "moved")
        self.assertEqual(os.listdir(self.there), [])

    def test_names_that_cannot_be(self):
        self.fails(errno.ENAMETOOLONG, os.mkdir, self.here / ("x" * 256))
        self.fails(errno.ENAMETOOLONG, os.mkdir, self.here / ("ü" * 128))
        self.fails(errno.EINVAL, os.mkdir, self.here / "back\\slash")
        self.fails(errno.EILSEQ, os.mkdir, os.fsencode(self.here) + b"/\xff\xfe")

    def test_what_is_not_there(self):
        missing = self.here / "missing"
        file = self.make()
        for function in (os.stat, os.unlink, os.rmdir, os.listdir, os.readlink):
            self.fails(errno.ENOENT, function, missing)
        self.fails(errno.ENOENT, os.mkdir, missing / "folder")
        self.fails(errno.ENOENT, os.rename, missing, self.here / "other")
        self.fails(errno.ENOTDIR, os.stat, file / "below")
        self.fails(errno.ENOTDIR, os.rmdir, file)
        self.fails(errno.ENOTDIR, os.listdir, file)
        self.fails(errno.EEXIST, os.mkdir, file)
        self.fails(errno.EINVAL, os.readlink, file)

    def test_rename(self):
        old, new = self.make("old", b"old"), self.make("new", b"new")
        opened = os.open(new, os.O_RDONLY)
        os.rename(old, new)
        self.assertEqual(os.listdir(self.there), ["new"])
        self.assertEqual(new.read_bytes(), b"old")
        # What was replaced lives on for who has it open.
        self.assertEqual(os.pread(opened, 10, 0), b"new")
        os.close(opened)
        os.mkdir(self.here / "folder")
        self.fails(errno.EISDIR, os.rename, new, self.here / "folder")
        self.fails(errno.ENOTDIR, os.rename, self.here / "folder", new)
        self.fails(errno.EINVAL, os.rename, self.here / "folder", self.here / "folder" / "below")
        os.rename(new, self.here / "folder" / "moved")
        self.assertEqual((self.there / "folder" / "moved").read_bytes(), b"old")

    def test_rename_of_folders(self):
        for name in ("one/inner", "two", "full/entry"):
            os.makedirs(self.here / name)
        os.rename(self.here / "one", self.here / "two")
        self.assertTrue((self.there / "two" / "inner").is_dir())
        self.fails(errno.ENOTEMPTY, os.rename, self.here / "two", self.here / "full")
        (self.here / "two" / "inner" / "file").write_text("found")
        os.rename(self.here / "two", self.here / "three")
        self.assertEqual((self.here / "three" / "inner" / "file").read_text(), "found")

    def test_rename_of_an_open_file_and_its_folder(self):
        os.mkdir(self.here / "folder")
        with open(self.here / "folder" / "file", "w+b", buffering=0) as file:
            file.write(b"first ")
            os.rename(self.here / "folder", self.here / "moved")
            os.rename(self.here / "moved" / "file", self.here / "out")
            file.write(b"second")
            self.assertEqual(os.fstat(file.fileno()).st_size, 12)
        self.assertEqual((self.there / "out").read_bytes(), b"first second")

    def test_rename_flags(self):
        library = ctypes.CDLL(None, use_errno=True)

        def rename(flags):
            names = [os.fsencode(self.here / name) for name in ("old", "new")]
            ctypes.set_errno(0)
            library.renameat2(-100, names[0], -100, names[1], flags)
            return ctypes.get_errno()

        self.make("old", b"old")
        self.make("new", b"new")
        self.assertEqual(rename(1), errno.EEXIST)
        self.assertEqual(rename(2), errno.EINVAL)
        os.unlink(self.here / "new")
        self.assertEqual(rename(1), 0)
        self.assertEqual((self.there / "new").read_bytes(), b"old")

    def test_removal(self):
        os.makedirs(self.here / "folder" / "inner")
        self.fails(errno.ENOTEMPTY, os.rmdir, self.here / "folder")
        self.fails(errno.EISDIR, os.unlink, self.here / "folder")
        os.rmdir(self.here / "folder" / "inner")
        os.rmdir(self.here / "folder")
        self.assertEqual(os.listdir(self.there), [])

    def test_removed_file_lives_while_it_is_open(self):
        path = self.make("file", b"before")
        with open(path, "r+b", buffering=0) as file:
            os.unlink(path)
            self.assertFalse(path.exists())
            self.assertEqual(os.listdir(self.there), [])
            self.assertEqual(file.read(), b"before")
            file.write(b" and after")
            file.seek(0)
            self.assertEqual(file.read(), b"before and after")
            self.assertEqual(os.fstat(file.fileno()).st_nlink, 0)
            self.assertEqual(os.fstat(file.fileno()).st_size, 16)
            os.ftruncate(file.fileno(), 3)
            self.assertEqual(os.fstat(file.fileno()).st_size, 3)
            # The name is free at once.
            path.write_bytes(b"another")
        self.assertEqual((self.there / "file").read_bytes(), b"another")

    # Links

    def test_hard_links(self):
        path, other = self.make(), self.here / "other"
        os.link(path, other)
        self.assertEqual(os.stat(path).st_ino, os.stat(other).st_ino)
        self.assertEqual((os.stat(path).st_nlink, os.stat(other).st_nlink), (2, 2))
        other.write_bytes(b"by the other name")
        self.assertEqual(path.read_bytes(), b"by the other name")
        self.fails(errno.EEXIST, os.link, path, other)
        os.unlink(path)
        self.assertEqual(other.read_bytes(), b"by the other name")
        self.assertEqual(os.stat(other).st_nlink, 1)

    def test_symbolic_links(self):
        self.make("file", b"target")
        for name, target in (
            ("relative", "file"), ("absolute", "/etc/hostname"), ("dangling", "no/where"),
            ("up", "../" + self.here.name + "/file"), ("long", "x/" * 500 + "y"),
            ("umlaut", "Grüße:*?"),
        ):
            os.symlink(target, self.here / name)
            self.assertEqual(os.readlink(self.here / name), target)
            self.assertEqual(os.readlink(self.there / name), target)
            self.assertTrue(stat.S_ISLNK(os.lstat(self.here / name).st_mode))
            self.assertEqual(os.lstat(self.here / name).st_size, len(target.encode()))
        self.assertEqual((self.here / "relative").read_bytes(), b"target")
        self.assertEqual((self.here / "up").read_bytes(), b"target")
        self.fails(errno.ENOENT, os.stat, self.here / "dangling")
        self.fails(errno.EEXIST, os.symlink, "x", self.here / "file")
        os.symlink("loop", self.here / "loop")
        self.fails(errno.ELOOP, os.stat, self.here / "loop")
        os.unlink(self.here / "relative")
        self.assertTrue((self.there / "file").exists())

    def test_links_of_the_server(self):
        self.make("file", b"target")
        os.symlink("file", self.there / "made there")
        self.assertEqual(os.readlink(self.here / "made there"), "file")
        self.assertEqual((self.here / "made there").read_bytes(), b"target")

    # Data

    def test_open_flags(self):
        path = self.make("file", b"0123456789")
        self.fails(errno.EEXIST, os.open, path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        self.fails(errno.EISDIR, os.open, self.here, os.O_WRONLY)
        self.fails(errno.ENOTDIR, os.open, path, os.O_RDONLY | os.O_DIRECTORY)
        with open(path, "ab", buffering=0) as one, open(path, "ab", buffering=0) as two:
            one.write(b"one")
            two.write(b"two")
            one.write(b"end")
        self.assertEqual((self.there / "file").read_bytes(), b"0123456789onetwoend")
        os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))
        self.assertEqual(os.stat(self.there / "file").st_size, 0)

    def test_access_of_descriptors(self):
        path = self.make()
        reading, writing = os.open(path, os.O_RDONLY), os.open(path, os.O_WRONLY)
        self.fails(errno.EBADF, os.write, reading, b"x")
        self.fails(errno.EBADF, os.read, writing, 1)
        os.close(reading)
        os.close(writing)

    def test_truncation_and_holes(self):
        path = self.make("file", b"x" * 10_000)
        os.truncate(path, 5)
        self.assertEqual(path.read_bytes(), b"xxxxx")
        os.truncate(path, 3_000_000)
        self.assertEqual(path.read_bytes(), b"xxxxx" + bytes(2_999_995))
        with open(path, "r+b") as file:
            file.truncate(1)
            file.seek(1 << 40)
            file.write(b"end")
        self.assertEqual(os.stat(path).st_size, (1 << 40) + 3)
        self.assertLess(os.stat(path).st_blocks * 512, 1 << 30)
        with open(path, "rb") as file:
            file.seek((1 << 40) - 3)
            self.assertEqual(file.read(), b"\0\0\0end")

    def test_short_reads(self):
        path = self.make("file", bytes(range(256)) * 41)
        descriptor = os.open(path, os.O_RDONLY)
        self.assertEqual(os.pread(descriptor, 100, 256 * 41), b"")
        self.assertEqual(os.pread(descriptor, 100, 1 << 50), b"")
        self.assertEqual(len(os.pread(descriptor, 5000, 256 * 40)), 256)
        os.close(descriptor)
        empty = self.make("empty", b"")
        self.assertEqual(empty.read_bytes(), b"")

    def test_sync(self):
        with open(self.make(), "r+b") as file:
            file.write(b"safe")
            file.flush()
            os.fsync(file.fileno())
            os.fdatasync(file.fileno())
        descriptor = os.open(self.here, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    # Folders

    def test_large_folder(self):
        wanted = {f"entry number {number}" for number in range(3000)}
        os.mkdir(self.there / "many")
        for name in wanted:
            (self.there / "many" / name).touch()
        folder = self.here / "many"
        self.assertEqual(set(os.listdir(folder)), wanted)
        with os.scandir(folder) as entries:
            self.assertTrue(all(entry.is_file() and entry.stat().st_size == 0 for entry in entries))
        for name in os.listdir(folder):
            os.unlink(folder / name)
        os.rmdir(folder)
        self.assertEqual(os.listdir(self.there), [])

    def test_link_counts_of_folders(self):
        os.mkdir(self.here / "inner")
        self.assertEqual(os.stat(self.here).st_nlink, os.stat(self.there).st_nlink)

    def test_volume(self):
        here, there = os.statvfs(self.here), os.statvfs(self.there)
        self.assertEqual(here.f_blocks * here.f_frsize, there.f_blocks * there.f_frsize)
        self.assertEqual(here.f_namemax, 255)

    def test_special_files_are_refused(self):
        self.fails(errno.ENOSYS, os.mkfifo, self.here / "fifo")
