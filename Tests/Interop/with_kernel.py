"""The Linux kernel's own SMB client against the server. Needs root: it runs in the lab."""

import errno
import fcntl
import os
import pathlib
import shutil
import subprocess
import unittest

import random_file
from case import InteropCase, digest, make_tree, model, servers, tree
from relay import Relay

MOUNT = pathlib.Path("/mnt/client")


class Mounted:
    """What must work on every mount; a class below per set of mount options."""

    options = ""

    def setUp(self):
        super().setUp()
        self.mount()

    def port(self):
        return self.server.port

    def mount(self, share="share", port=None):
        MOUNT.mkdir(exist_ok=True)
        port = port or self.port()
        options = f"port={port},username={self.server.user},iocharset=utf8,{self.options}"
        done = subprocess.run(
            ["mount", "-t", "cifs", f"//{self.server.host}/{share}", MOUNT, "-o", options],
            env={**os.environ, "PASSWD": self.server.password}, capture_output=True, text=True)
        if done.returncode != 0:
            log = subprocess.run(["dmesg"], capture_output=True, text=True).stdout
            self.fail(f"mount -o {options}: {done.stderr}{log[-1500:]}")
        self.addCleanup(self.unmount)

    def unmount(self):
        if os.path.ismount(MOUNT):
            subprocess.run(["umount", MOUNT], check=True, timeout=60)

    def remount(self):
        self.unmount()
        self.mount()

    def test_model_there_and_back(self):
        source = model()
        shutil.copytree(source, MOUNT / "model")
        self.remount()
        self.assertEqual(tree(self.shared / "model"), tree(source))
        self.assertEqual(tree(MOUNT / "model"), tree(source))
        shutil.copy(MOUNT / "model" / "model.safetensors", self.local / "back")
        self.assertEqual(digest(self.local / "back"), digest(source / "model.safetensors"))

    def test_tree(self):
        make_tree(MOUNT / "tree")
        self.remount()
        self.assertEqual(tree(MOUNT / "tree"), tree(self.shared / "tree"))
        os.rename(MOUNT / "tree" / "deep", MOUNT / "moved")
        self.assertEqual((self.shared / "moved/er/and/deeper/leaf").stat().st_size, 4097)
        shutil.rmtree(MOUNT / "tree")
        shutil.rmtree(MOUNT / "moved")
        self.assertEqual(list(self.shared.iterdir()), [])

    def test_folder_of_two_thousand(self):
        names = {f"file with a rather long name, number {number:04}" for number in range(2000)}
        for name in names:
            (self.shared / name).touch()
        self.assertEqual(set(os.listdir(MOUNT)), names)

    def test_rename_replaces(self):
        (MOUNT / "a").write_bytes(b"a")
        (MOUNT / "b").write_bytes(b"b")
        os.rename(MOUNT / "a", MOUNT / "b")
        self.assertEqual((MOUNT / "b").read_bytes(), b"a")
        self.assertEqual(os.listdir(self.shared), ["b"])

    def test_errors(self):
        with self.assertRaises(FileNotFoundError):
            (MOUNT / "nothing").read_bytes()
        (MOUNT / "folder").mkdir()
        with self.assertRaises(FileExistsError):
            (MOUNT / "folder").mkdir()
        (MOUNT / "folder" / "file").touch()
        with self.assertRaises(OSError) as raised:
            (MOUNT / "folder").rmdir()
        self.assertEqual(raised.exception.errno, errno.ENOTEMPTY)

    def test_times_and_sizes(self):
        (MOUNT / "file").write_bytes(b"12345")
        os.utime(MOUNT / "file", ns=(1_600_000_000_000_000_000, 1_600_000_001_123_456_700))
        self.remount()
        status = (MOUNT / "file").stat()
        self.assertEqual(status.st_size, 5)
        self.assertEqual(status.st_mtime_ns, 1_600_000_001_123_456_700)
        self.assertEqual((self.shared / "file").stat().st_mtime_ns, 1_600_000_001_123_456_700)

    def test_free_space(self):
        here, there = os.statvfs(MOUNT), os.statvfs(self.shared)
        self.assertEqual(here.f_blocks * here.f_frsize, there.f_blocks * there.f_frsize)

    def test_open_file_outlives_its_name(self):
        with (MOUNT / "file").open("w+b") as file:
            file.write(b"content")
            file.flush()
            os.unlink(MOUNT / "file")
            file.seek(0)
            self.assertEqual(file.read(), b"content")
        self.assertEqual(list(self.shared.iterdir()), [])

    def test_holes(self):
        with (MOUNT / "file").open("w+b") as file:
            file.write(b"x" * 300_000)
            file.flush()
            subprocess.run(["fallocate", "--punch-hole", "--offset", "65536", "--length", "131072",
                            MOUNT / "file"], check=True)
        content = (self.shared / "file").read_bytes()
        self.assertEqual(content, b"x" * 65536 + bytes(131072) + b"x" * (300_000 - 196608))

    def test_extended_attributes(self):
        (MOUNT / "file").touch()
        os.setxattr(MOUNT / "file", "user.colour", b"blue")
        self.remount()
        self.assertEqual(os.getxattr(MOUNT / "file", "user.colour"), b"blue")
        self.assertEqual([name.lower() for name in os.listxattr(MOUNT / "file")
                          if name.lower() == "user.colour"], ["user.colour"])
        os.removexattr(MOUNT / "file", "user.colour")
        with self.assertRaises(OSError):
            os.getxattr(MOUNT / "file", "user.colour")

    def test_locks_are_seen_by_others(self):
        (MOUNT / "file").write_bytes(b"x" * 100)
        with (MOUNT / "file").open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 0)
            attempt = subprocess.run(
                ["python3", "-c", "import fcntl, sys; file = open(sys.argv[1], 'r+b');"
                 " fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, int(sys.argv[2]))",
                 MOUNT / "file", "5"], capture_output=True)
            self.assertNotEqual(attempt.returncode, 0)

    def test_random_operations(self):
        for seed in range(3):
            with self.subTest(seed=seed):
                file = random_file.POSIXFile(MOUNT / f"random{seed}")
                random_file.check(file, seed, operations=250)
                file.close()

    def test_fio_verifies(self):
        done = subprocess.run(
            ["fio", "--name=verify", f"--filename={MOUNT}/fio", "--size=16m", "--bsrange=4k-256k",
             "--rw=randwrite", "--verify=crc32c", "--verify_fatal=1", "--ioengine=psync",
             "--randseed=7", "--fsync_on_close=1", "--end_fsync=1", "--allow_mounted_write=1"],
            cwd=self.local, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"err= 0")


class Default(Mounted, InteropCase):
    options = "vers=3.1.1"

    def test_read_only_share(self):
        self.unmount()
        self.mount("fixed")
        self.assertEqual(tree(MOUNT), tree(self.fixed))
        with self.assertRaises(OSError) as raised:
            (MOUNT / "new").touch()
        self.assertIn(raised.exception.errno, (errno.EACCES, errno.EROFS))

    def test_open_file_outlives_its_connection(self):
        """The open of before is found again, for its name is gone (MS-SMB2 3.3.5.9.7)."""
        relay = Relay(self.server.host, self.server.port)
        self.addCleanup(relay.close)
        self.unmount()
        self.mount(port=relay.port)
        for round_number in range(3):
            name = f"file{round_number}"
            with (MOUNT / name).open("w+b", buffering=0) as file:
                file.write(b"before")
                os.fsync(file.fileno())
                os.unlink(self.shared / name)
                self.assertGreater(relay.cut(), 0)
                file.write(b" and after")
                os.fsync(file.fileno())
                self.assertEqual(os.pread(file.fileno(), 100, 0), b"before and after")
                self.assertEqual(os.fstat(file.fileno()).st_size, 16)

    def test_wrong_password(self):
        self.unmount()
        done = subprocess.run(
            ["mount", "-t", "cifs", f"//{self.server.host}/share", MOUNT,
             "-o", f"port={self.server.port},username={self.server.user},{self.options}"],
            env={**os.environ, "PASSWD": "not this one"}, capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Permission denied", done.stderr)


class Posix(Mounted, InteropCase):
    options = "vers=3.1.1,posix"

    def setUp(self):
        if self.kind is servers.Samba:
            self.skipTest("Samba 4.17 has no POSIX extensions for 3.1.1")
        super().setUp()

    def test_modes(self):
        # Given when made: this kernel sends no later change of mode without `modefromsid`.
        os.close(os.open(MOUNT / "file", os.O_CREAT | os.O_WRONLY, 0o640))
        (MOUNT / "folder").mkdir(mode=0o710)
        self.remount()
        for name, mode in (("file", 0o640), ("folder", 0o710)):
            self.assertEqual((MOUNT / name).stat().st_mode & 0o7777, mode)
            self.assertEqual((self.shared / name).stat().st_mode & 0o7777, mode)

    def test_names_differ_by_case(self):
        (MOUNT / "name").write_bytes(b"lower")
        (MOUNT / "NAME").write_bytes(b"upper")
        self.assertEqual((MOUNT / "name").read_bytes(), b"lower")
        self.assertEqual(sorted(os.listdir(self.shared)), ["NAME", "name"])


class Sealed(Mounted, InteropCase):
    options = "vers=3.1.1,seal"


class Signed(Mounted, InteropCase):
    options = "vers=3.1.1,sec=ntlmsspi"


class RawNTLM(Mounted, InteropCase):
    options = "vers=3.1.1,sec=ntlmssp,cache=none"


class Old(Mounted, InteropCase):
    options = "vers=2.1"
    # The kernel's client punches holes from 3.0 on.
    test_holes = None


class Middle(Mounted, InteropCase):
    options = "vers=3.0"


class Lists(InteropCase):
    """smbcacls and rpcclient know no port but 445, which is free in the lab."""

    def setUp(self):
        if self.server.port != 445:
            self.server.stop()
            self.server.port = 445
            self.server.start()
        super().setUp()

    def call(self, *command):
        done = subprocess.run(
            [command[0], "-U", f"{self.server.user}%{self.server.password}", *command[1:]],
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_access_list(self):
        (self.shared / "file").touch()
        output = self.call("smbcacls", f"//{self.server.host}/share", "file", "--numeric")
        self.assertRegex(output, r"(?m)^OWNER:S-1-")
        self.assertRegex(output, r"(?m)^ACL:S-1-")

    def test_share_enumeration(self):
        output = self.call("rpcclient", self.server.host, "-c", "netshareenumall")
        self.assertRegex(output, r"(?m)^netname: share$")
        output = self.call("rpcclient", self.server.host, "-c", "netsharegetinfo share")
        self.assertRegex(output, r"(?m)^netname: share$")


if __name__ == "__main__":
    unittest.main()
