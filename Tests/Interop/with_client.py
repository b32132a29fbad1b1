"""Our own client commands, against Samba's smbd and against our server alike."""

import json
import os
import signal
import subprocess
import time
import unittest
from urllib.parse import quote

from case import InteropCase, digest, make_tree, model, servers, tree
from relay import Relay


class Commands:
    """What must hold against every server; a class below per server."""

    def url(self, path="", share="share", user=None):
        user = user or self.server.user
        return f"smb://{user}@{self.server.host}:{self.server.port}/{share}/{quote(path)}"

    def start(self, *arguments, password=None):
        environment = {**os.environ, "PENSTOCK_PASSWORD": password or self.server.password}
        return subprocess.Popen(
            [servers.Penstock.binary(), *map(str, arguments)], env=environment, cwd=self.local,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def call(self, *arguments, password=None):
        """Exit status, standard output, standard error."""
        process = self.start(*arguments, password=password)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors.decode()

    def run_well(self, *arguments) -> bytes:
        status, output, errors = self.call(*arguments)
        self.assertEqual(status, 0, f"penstock {arguments}\n{errors}")
        self.assertEqual(errors, "", "nothing but errors goes to standard error")
        return output

    def fails(self, status: int, *arguments, password=None) -> str:
        got, output, errors = self.call(*arguments, password=password)
        self.assertEqual(got, status, f"penstock {arguments}\n{output}{errors}")
        self.assertEqual(len(errors.splitlines()), 1, errors)
        return errors

    def test_shares_are_listed(self):
        url = f"smb://{self.server.user}@{self.server.host}:{self.server.port}"
        names = self.run_well("ls", url).decode().splitlines()
        self.assertEqual(sorted(names), ["fixed", "share"])

    def test_listing(self):
        names = self.run_well("ls", self.url(share="fixed")).decode().splitlines()
        expected = [name + ("/" if (self.fixed / name).is_dir() else "")
                    for name in os.listdir(self.fixed)]
        self.assertEqual(sorted(names), sorted(expected))

    def test_listing_for_programs(self):
        facts = json.loads(self.run_well("ls", "--json", self.url(share="fixed")))
        sizes = {entry["name"]: entry.get("size") for entry in facts}
        self.assertEqual(sizes["megabytes"], 3145745)

    def test_folder_of_two_thousand(self):
        for number in range(2000):
            (self.shared / f"file with a rather long name, number {number:04}").touch()
        self.assertEqual(len(self.run_well("ls", self.url()).splitlines()), 2000)

    def test_tree_is_drawn(self):
        output = self.run_well("tree", self.url(share="fixed")).decode()
        for name in ("deep", "deeper", "leaf", "日本語 – файл.txt"):
            self.assertIn(name, output)

    def test_stat(self):
        output = self.run_well("stat", self.url("megabytes", share="fixed")).decode()
        self.assertIn("3145745", output.replace(",", ""))

    def test_cat(self):
        output = self.run_well("cat", self.url("Grüße/日本語 – файл.txt", share="fixed"))
        self.assertEqual(output, (self.fixed / "Grüße/日本語 – файл.txt").read_bytes())

    def test_model_there_and_back(self):
        source = model()
        self.run_well("put", source, self.url("model"))
        self.assertEqual(tree(self.shared / "model"), tree(source))
        self.run_well("get", self.url("model"), "back")
        self.assertEqual(tree(self.local / "back"), tree(source))

    def test_tree_there_and_back(self):
        make_tree(self.local / "there")
        self.run_well("put", "there", self.url("there"))
        self.assertEqual(tree(self.shared / "there"), tree(self.local / "there"))
        self.run_well("get", self.url("there"), "back")
        self.assertEqual(tree(self.local / "back"), tree(self.local / "there"))

    def test_encrypted_and_unsigned(self):
        source = self.fixed / "megabytes"
        for option in ("--encrypt", "--no-sign"):
            with self.subTest(option=option):
                self.run_well("put", option, source, self.url("file"))
                self.run_well("get", option, "--force", self.url("file"), "back")
                self.assertEqual(digest(self.local / "back"), digest(source))

    def test_each_dialect(self):
        source = self.fixed / "megabytes"
        for dialect in ("2.1", "3.0", "3.0.2", "3.1.1"):
            with self.subTest(dialect=dialect):
                self.run_well("put", "--dialect", dialect, "--force", source, self.url("file"))
                self.run_well("get", "--dialect", dialect, "--force", self.url("file"), "back")
                self.assertEqual(digest(self.local / "back"), digest(source))

    def test_times_are_kept(self):
        (self.local / "file").write_bytes(b"content")
        os.utime(self.local / "file", (1_600_000_000, 1_600_000_000))
        self.run_well("put", "file", self.url("file"))
        self.assertEqual((self.shared / "file").stat().st_mtime, 1_600_000_000)
        self.run_well("get", self.url("file"), "back")
        self.assertEqual((self.local / "back").stat().st_mtime, 1_600_000_000)

    def test_existing_file_is_replaced(self):
        (self.shared / "file").write_bytes(b"old and longer")
        (self.local / "file").write_bytes(b"new")
        self.run_well("put", "file", self.url("file"))
        self.assertEqual((self.shared / "file").read_bytes(), b"new")

    def wait_until_copied(self, process, partial, count):
        """Returns once the copy under way has `count` bytes, or has ended."""
        while process.poll() is None:
            try:
                if partial.stat().st_size >= count:
                    return
            except FileNotFoundError:
                pass
            time.sleep(0.002)

    def test_interrupted_get_resumes(self):
        mebibyte = 1 << 20
        with (self.shared / "large").open("wb") as file:
            for block in range(1024):
                file.seek(block * mebibyte)
                file.write(b"block %d" % block)
            file.truncate(1024 * mebibyte)
        process = self.start("get", self.url("large"), "large")
        self.wait_until_copied(process, self.local / ".penstock-large.partial", 16 * mebibyte)
        process.send_signal(signal.SIGINT)
        process.communicate()
        # There under its name only when whole: a signal that comes too late finds it so.
        if not (self.local / "large").exists():
            self.assertNotEqual(process.returncode, 0)
            self.run_well("get", self.url("large"), "large")
        self.assertEqual(digest(self.local / "large"), digest(self.shared / "large"))
        self.assertEqual(os.listdir(self.local), ["large"])

    def test_copy_and_move_and_removal(self):
        make_tree(self.shared / "tree")
        self.run_well("cp", self.url("tree/megabytes"), self.url("copy"))
        self.assertEqual(digest(self.shared / "copy"), digest(self.shared / "tree/megabytes"))
        self.run_well("mkdir", self.url("folder"))
        self.run_well("mv", self.url("copy"), self.url("folder/moved"))
        self.assertFalse((self.shared / "copy").exists())
        self.assertTrue((self.shared / "folder/moved").exists())
        self.run_well("rm", self.url("folder/moved"))
        self.assertEqual(os.listdir(self.shared / "folder"), [])
        self.run_well("rm", "-r", self.url("tree"))
        self.assertEqual(os.listdir(self.shared), ["folder"])

    def test_full_folder_is_not_removed(self):
        make_tree(self.shared / "tree")
        status, _, errors = self.call("rm", self.url("tree"))
        self.assertNotEqual(status, 0, errors)
        self.assertEqual(tree(self.shared / "tree"), tree(self.fixed))

    def test_failures_have_their_status(self):
        (self.local / "file").write_bytes(b"content")
        self.fails(3, "ls", self.url(), password="not this one")
        self.fails(4, "get", self.url("nothing"))
        self.fails(4, "ls", self.url(share="nowhere"))
        self.fails(8, "put", "file", self.url("file", share="fixed"))
        self.fails(5, "ls", "smb://user@127.0.0.1:1/share")
        self.assertFalse((self.fixed / "file").exists())

    def test_vanished_server_leaves_no_half_file(self):
        with (self.local / "large").open("wb") as file:
            file.truncate(2 * 1024 * 1024 * 1024)
        process = self.start("put", "large", self.url("large"))
        self.wait_until_copied(process, self.shared / ".penstock-large.partial", 16 << 20)
        self.server.stop()
        _, errors = process.communicate(timeout=60)
        self.server.start()
        # There under its name only when whole: the server may have gone too late.
        if (self.shared / "large").exists():
            self.assertEqual((self.shared / "large").stat().st_size, 2 << 30)
        else:
            self.assertEqual(process.returncode, 5, errors)


class AgainstSamba(Commands, InteropCase):
    kind = servers.Samba


class AgainstOurs(Commands, InteropCase):
    def test_copies_survive_their_connections(self):
        """Every half second all connections are lost; nobody is asked, and no byte either."""
        with open(self.local / "source", "wb") as file:
            for _ in range(256):
                file.write(os.urandom(1 << 20))
        relay = Relay(self.server.host, self.server.port)
        self.addCleanup(relay.close)
        url = f"smb://{self.server.user}@{self.server.host}:{relay.port}/share/copy"
        for arguments in (["put", "source", url], ["get", url, "back"]):
            process = self.start(*arguments)
            cuts, pause = 0, 0.2
            while process.poll() is None:
                time.sleep(pause)
                cuts, pause = cuts + relay.cut(), 0.5
            self.assertEqual(process.returncode, 0, process.communicate()[1].decode())
            self.assertGreater(cuts, 0)
        self.assertEqual(digest(self.shared / "copy"), digest(self.local / "source"))
        self.assertEqual(digest(self.local / "back"), digest(self.local / "source"))


if __name__ == "__main__":
    unittest.main()
