"""penstock mount and penstock umount as commands."""

import os
import subprocess
import unittest

import case
from case import servers


class Commands(unittest.TestCase):
    def setUp(self):
        self.base = self.enterContext(case.temporary_folder())
        (self.base / "exported").mkdir()
        (self.base / "exported" / "file").write_text("there")
        self.directory = self.base / "with space"
        self.directory.mkdir()
        self.server = self.enterContext(servers.Penstock({"share": self.base / "exported"}))
        self.location = f"smb://{self.server.user}@127.0.0.1:{self.server.port}/share"
        self.addCleanup(self.unmount)

    def unmount(self):
        if case.is_mounted(str(self.directory).replace(" ", "\\040")):
            self.penstock("umount", "--lazy", self.directory)

    def penstock(self, *words, password=None):
        return subprocess.run(
            [servers.Penstock.binary(), *map(str, words)], capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=case.COMMAND_SECONDS, check=False,
            env=os.environ | {"PENSTOCK_PASSWORD": password or self.server.password})

    def test_returns_when_usable_and_stays_until_unmounted(self):
        made = self.penstock("mount", self.location, self.directory)
        self.assertEqual((made.returncode, made.stdout, made.stderr), (0, "", ""))
        self.assertEqual((self.directory / "file").read_text(), "there")
        listed = self.penstock("mount", "--list").stdout
        self.assertIn(f"smb://127.0.0.1:{self.server.port}/share on {self.directory}\n", listed)
        gone = self.penstock("umount", self.directory)
        self.assertEqual((gone.returncode, gone.stderr), (0, ""))
        self.assertEqual(os.listdir(self.directory), [])
        self.assertNotIn(str(self.directory), self.penstock("mount", "--list").stdout)

    def test_busy_directory_is_not_taken_away(self):
        self.assertEqual(self.penstock("mount", self.location, self.directory).returncode, 0)
        with open(self.directory / "file", encoding="ascii") as file:
            refused = self.penstock("umount", self.directory)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("busy", refused.stderr)
            self.assertEqual(file.read(), "there")
        self.assertEqual(self.penstock("umount", self.directory).returncode, 0)

    def test_failures_are_told_before_the_command_returns(self):
        for status, words, password in (
            (3, (self.location, self.directory), "wrong"),
            (4, (self.location + "s", self.directory), None),
            (4, (self.location, self.base / "missing"), None),
            (1, (self.location, self.base / "exported" / "file"), None),
            (1, (self.location + "/folder", self.directory), None),
            (1, (self.location,), None),
        ):
            with self.subTest(words=words, password=password):
                made = self.penstock("mount", *words, password=password)
                self.assertEqual(made.returncode, status, made.stderr)
                self.assertNotEqual(made.stderr, "")
        self.assertEqual(self.penstock("umount", self.directory).returncode, 4)

    def test_mount_helper(self):
        login = self.base / "login"
        login.touch(mode=0o600)
        login.write_text(f"username={self.server.user}\npassword={self.server.password}\n")
        helper = self.base / "mount.penstock"
        helper.symlink_to(os.path.abspath(servers.Penstock.binary()))
        made = subprocess.run(
            [helper, self.location, self.directory, "-s", "-o",
             f"ro,noauto,_netdev,x-systemd.automount,credentials={login}"],
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=case.COMMAND_SECONDS, check=False)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        self.assertEqual((self.directory / "file").read_text(), "there")
        with self.assertRaises(OSError):
            (self.directory / "new").touch()

    def test_read_only(self):
        made = self.penstock("mount", "--read-only", self.location, self.directory)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual((self.directory / "file").read_text(), "there")
        with self.assertRaises(OSError) as refused:
            (self.directory / "new").write_text("no")
        self.assertEqual(refused.exception.strerror, "Read-only file system")
