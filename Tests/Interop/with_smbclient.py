"""Samba's smbclient against the server."""

import os
import re
import subprocess
import time
import unittest

from case import InteropCase, digest, make_tree, model, tree

DIALECTS = ("SMB2_10", "SMB3_00", "SMB3_02", "SMB3_11")


class SMBClientCase(InteropCase):
    def call(self, *arguments, password=None, options=()):
        """smbclient's exit status and all it said."""
        environment = {**os.environ, "PASSWD": password or self.server.password, "LC_ALL": "C.UTF-8"}
        command = ["smbclient", "-p", str(self.server.port), "-U", self.server.user, *options]
        done = subprocess.run(
            [*command, *arguments], cwd=self.local, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return done.returncode, done.stdout.decode(errors="replace")

    def smb(self, commands: str, share: str = "share", options=()) -> str:
        """Runs commands that must succeed."""
        status, output = self.call(f"//{self.server.host}/{share}", "-c", commands, options=options)
        self.assertEqual(status, 0, f"{commands}\n{output}")
        self.assertNotIn("NT_STATUS_", output)
        return output

    def refused(self, commands: str, status: str, share: str = "share", **more) -> str:
        """Runs commands that must fail with one of these NT_STATUS names."""
        code, output = self.call(f"//{self.server.host}/{share}", "-c", commands, **more)
        self.assertRegex(output, status, commands)
        return output


class Commands(SMBClientCase):
    def test_shares_are_listed(self):
        status, output = self.call("-L", f"//{self.server.host}", "-g")
        self.assertEqual(status, 0, output)
        self.assertIn("Disk|share|", output)
        self.assertIn("Disk|fixed|", output)
        self.assertIn("IPC|IPC$|", output)

    def test_folder_is_listed(self):
        output = self.smb("ls", share="fixed")
        self.assertRegex(output, r"(?m)^  one byte +[AN] +1 ")
        self.assertRegex(output, r"(?m)^  megabytes +[AN] +3145745 ")
        self.assertRegex(output, r"(?m)^  Grüße +D +0 ")
        self.assertRegex(output, r"\d+ blocks of size \d+\. \d+ blocks available")

    def test_wildcards(self):
        output = self.smb("ls block*", share="fixed")
        self.assertEqual(sorted(re.findall(r"(?m)^  (block.*?)  +[AN]", output)),
                         ["block and one.bin", "block.bin"])

    def test_folder_of_two_thousand(self):
        for number in range(2000):
            (self.shared / f"file with a rather long name, number {number:04}").touch()
        output = self.smb("ls")
        self.assertEqual(len(re.findall(r"number \d{4}", output)), 2000)

    def test_model_there_and_back(self):
        source = model() / "model.safetensors"
        self.smb(f'put "{source}" model.safetensors; get model.safetensors back')
        self.assertEqual(digest(self.shared / "model.safetensors"), digest(source))
        self.assertEqual(digest(self.local / "back"), digest(source))

    def test_tree_there_and_back(self):
        make_tree(self.local / "there")
        self.smb("recurse on; prompt off; mput there")
        self.assertEqual(tree(self.shared / "there"), tree(self.local / "there"))
        os.mkdir(self.local / "back")
        self.smb("recurse on; prompt off; lcd back; mget there")
        self.assertEqual(tree(self.local / "back" / "there"), tree(self.local / "there"))

    def test_overwriting_shortens(self):
        (self.shared / "file").write_bytes(b"x" * 100_000)
        (self.local / "file").write_bytes(b"short")
        self.smb("put file")
        self.assertEqual((self.shared / "file").read_bytes(), b"short")

    def test_continued_download(self):
        content = os.urandom(2_000_000)
        (self.shared / "file").write_bytes(content)
        (self.local / "file").write_bytes(content[:700_001])
        self.smb("reget file")
        self.assertEqual((self.local / "file").read_bytes(), content)

    def test_rename(self):
        (self.shared / "old").write_bytes(b"content")
        self.smb("mkdir folder; rename old folder/new")
        self.assertEqual((self.shared / "folder" / "new").read_bytes(), b"content")
        self.smb("rename folder moved")
        self.assertEqual((self.shared / "moved" / "new").read_bytes(), b"content")

    def test_rename_onto_another_is_refused(self):
        (self.shared / "a").write_bytes(b"a")
        (self.shared / "b").write_bytes(b"b")
        self.refused("rename a b", "NT_STATUS_OBJECT_NAME_COLLISION")
        self.assertEqual((self.shared / "b").read_bytes(), b"b")

    def test_rename_with_replacement(self):
        (self.shared / "a").write_bytes(b"a")
        (self.shared / "b").write_bytes(b"b")
        self.smb("rename a b -f")
        self.assertEqual((self.shared / "b").read_bytes(), b"a")
        self.assertFalse((self.shared / "a").exists())

    def test_removal(self):
        (self.shared / "file").touch()
        (self.shared / "folder").mkdir()
        self.smb("rm file; rmdir folder")
        self.assertEqual(list(self.shared.iterdir()), [])

    def test_full_folder_is_not_removed(self):
        (self.shared / "folder").mkdir()
        (self.shared / "folder" / "file").touch()
        self.refused("rmdir folder", "NT_STATUS_DIRECTORY_NOT_EMPTY")
        self.assertTrue((self.shared / "folder" / "file").exists())

    def test_tree_is_removed(self):
        make_tree(self.shared / "tree")
        self.smb("deltree tree")
        self.assertFalse((self.shared / "tree").exists())

    def test_allinfo(self):
        (self.shared / "file").write_bytes(b"12345")
        os.utime(self.shared / "file", (1_700_000_000, 1_700_000_000))
        output = self.smb("allinfo file")
        self.assertRegex(output, r"write_time: +Tue Nov 14 22:13:20 2023 UTC")
        self.assertRegex(output, r"attributes: +[AN]* \((20|80)\)")
        self.assertRegex(output, r"stream: \[::\$DATA\], 5 bytes")

    def test_times_are_set(self):
        (self.shared / "file").touch()
        self.smb("utimes file -1 2021:05:06-07:08:09 2020:01:02-03:04:05 -1")
        status = os.stat(self.shared / "file")
        self.assertEqual(time.strftime("%FT%T", time.gmtime(status.st_mtime)),
                         "2020-01-02T03:04:05")
        self.assertEqual(time.strftime("%FT%T", time.gmtime(status.st_atime)),
                         "2021-05-06T07:08:09")

    def test_attributes_are_kept(self):
        (self.shared / "file").touch()
        self.smb("setmode file +rh")
        self.assertRegex(self.smb("allinfo file"), r"attributes: +\w*R\w*H\w* |attributes: +RHA? ")

    def test_streams(self):
        (self.shared / "file").write_bytes(b"main")
        (self.local / "s").write_bytes(b"in the stream")
        self.smb("put s file:note; get file:note back")
        self.assertEqual((self.local / "back").read_bytes(), b"in the stream")
        self.assertEqual((self.shared / "file").read_bytes(), b"main")
        self.assertRegex(self.smb("allinfo file"), r"stream: \[:note:\$DATA\], 13 bytes")

    def test_copy_on_the_server(self):
        content = os.urandom(5_000_000)
        (self.shared / "from").write_bytes(content)
        self.smb("scopy from to")
        self.assertEqual((self.shared / "to").read_bytes(), content)

    def test_security_descriptor(self):
        (self.shared / "file").touch()
        output = self.smb("showacls; ls file")
        self.assertRegex(output, r"Owner SID:\s+S-1-")
        self.assertRegex(output, r"SID: S-1-1-0")

    def test_change_is_notified(self):
        (self.shared / "watched").mkdir()
        command = ["smbclient", "-p", str(self.server.port), "-U", self.server.user]
        watcher = subprocess.Popen(
            ["stdbuf", "-oL", *command, f"//{self.server.host}/share", "-c", "notify watched"],
            env={**os.environ, "PASSWD": self.server.password}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            # Nobody says when the watch has begun: something appears until it is told.
            watchdog = subprocess.Popen(
                ["sh", "-c", "for i in $(seq 60); do sleep 0.5; >appears$i; done; kill \"$0\"",
                 str(watcher.pid)], cwd=self.shared / "watched")
            lines = []
            while line := watcher.stdout.readline():
                lines.append(line)
                if "appears" in line:
                    break
            watchdog.kill()
            watchdog.wait()
            self.assertRegex("".join(lines), r"0001 appears")
        finally:
            watcher.kill()
            watcher.wait()
            watcher.stdout.close()


class Refusals(SMBClientCase):
    def test_wrong_password(self):
        self.refused("ls", "NT_STATUS_LOGON_FAILURE", password="not this one")

    def test_anonymous(self):
        status, output = self.call(f"//{self.server.host}/share", "-c", "ls", options=["-U%", "-N"])
        self.assertNotEqual(status, 0)
        self.assertRegex(output, "NT_STATUS_(ACCESS_DENIED|LOGON_FAILURE)")

    def test_missing_share(self):
        self.refused("ls", "NT_STATUS_BAD_NETWORK_NAME", share="nothing")

    def test_missing_file(self):
        self.refused("get nothing", "NT_STATUS_OBJECT_NAME_NOT_FOUND")
        self.refused("get no/where", "NT_STATUS_OBJECT_(PATH|NAME)_NOT_FOUND")

    def test_read_only_share(self):
        (self.local / "file").write_bytes(b"new")
        denied = "NT_STATUS_(ACCESS_DENIED|MEDIA_WRITE_PROTECTED)"
        before = tree(self.fixed)
        self.refused("put file", denied, share="fixed")
        self.refused("rm block.bin", denied, share="fixed")
        self.refused("rename block.bin other", denied, share="fixed")
        self.refused("mkdir folder", denied, share="fixed")
        self.assertEqual(tree(self.fixed), before)

    def test_link_out_of_the_share(self):
        (self.base / "secret").write_bytes(b"secret")
        (self.shared / "link").symlink_to(self.base / "secret")
        (self.shared / "up").symlink_to("..")
        self.refused("get link", "NT_STATUS_")
        self.refused("get up/secret", "NT_STATUS_")
        self.assertEqual(list(self.local.iterdir()), [])

    def test_link_inside_the_share(self):
        (self.shared / "file").write_bytes(b"content")
        (self.shared / "link").symlink_to("file")
        self.smb("get link")
        self.assertEqual((self.local / "link").read_bytes(), b"content")


class Dialects(SMBClientCase):
    def test_each_dialect_with_each_protection(self):
        content = os.urandom(3_000_001)
        (self.local / "there").write_bytes(content)
        for dialect in DIALECTS:
            for protection in ("off", "sign", "encrypt"):
                if protection == "encrypt" and dialect == "SMB2_10":
                    continue
                with self.subTest(dialect=dialect, protection=protection):
                    options = [
                        "-m", dialect, f"--option=client min protocol={dialect}",
                        f"--client-protection={protection}",
                    ]
                    self.smb("put there; get there back; rm there", options=options)
                    self.assertEqual((self.local / "back").read_bytes(), content)
                    (self.local / "back").unlink()

    def test_old_dialects_are_refused(self):
        for dialect in ("NT1", "SMB2_02"):
            with self.subTest(dialect=dialect):
                options = ["-m", dialect, f"--option=client min protocol={dialect}"]
                status, output = self.call(
                    f"//{self.server.host}/share", "-c", "ls", options=options)
                self.assertNotEqual(status, 0, output)

    def test_each_cipher(self):
        (self.local / "there").write_bytes(os.urandom(1_000_001))
        for cipher in ("aes-128-ccm", "aes-128-gcm", "aes-256-ccm", "aes-256-gcm"):
            with self.subTest(cipher=cipher):
                options = [
                    f"--option=client smb3 encryption algorithms={cipher}",
                    "--client-protection=encrypt",
                ]
                self.smb("put there; get there back", options=options)
                self.assertEqual(digest(self.local / "back"), digest(self.local / "there"))

    def test_each_signature(self):
        (self.local / "there").write_bytes(os.urandom(1_000_001))
        for algorithm in ("hmac-sha256", "aes-128-cmac", "aes-128-gmac"):
            with self.subTest(algorithm=algorithm):
                options = [
                    f"--option=client smb3 signing algorithms={algorithm}",
                    "--client-protection=sign",
                ]
                self.smb("put there; get there back", options=options)
                self.assertEqual(digest(self.local / "back"), digest(self.local / "there"))


class EncryptionRequired(SMBClientCase):
    mode = "encrypted"

    def test_encrypted_clients_are_served(self):
        (self.local / "file").write_bytes(b"content")
        self.smb("put file", options=["--client-protection=encrypt"])
        self.assertEqual((self.shared / "file").read_bytes(), b"content")

    def test_dialects_without_encryption_are_refused(self):
        status, output = self.call(f"//{self.server.host}/share", "-c", "ls",
                                   options=["-m", "SMB2_10"])
        self.assertNotEqual(status, 0, output)


class SigningRequired(SMBClientCase):
    mode = "signed"

    def test_signing_is_turned_on(self):
        (self.local / "file").write_bytes(b"content")
        for dialect in DIALECTS:
            with self.subTest(dialect=dialect):
                self.smb("put file; rm file", options=["-m", dialect])


if __name__ == "__main__":
    unittest.main()
