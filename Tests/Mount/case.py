"""What the tests of mounted shares have in common: a server, its folder, a mount of its share."""

import contextlib
import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Setup"))
import servers  # noqa: E402

# What waits longer waits for something that does not come.
COMMAND_SECONDS = 300

# Where the lab has RDMA devices: `run --rdma` says so.
RDMA_HOST = os.environ.get("PENSTOCK_MOUNT_RDMA")


def penstock(shares) -> servers.Penstock:
    """Our own server, which clients reach by RDMA alone where there is that."""
    if RDMA_HOST:
        return servers.Penstock(shares, ["--rdma", "require"], host=RDMA_HOST)
    return servers.Penstock(shares)


@contextlib.contextmanager
def temporary_folder():
    """In the lab on a disk: its memory file system has no extended attributes."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("LAB_DISK")) as name:
        yield pathlib.Path(name)


def digest(path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_mounted(directory) -> bool:
    lines = pathlib.Path("/proc/self/mounts").read_text().splitlines()
    return any(line.split(" ")[1] == str(directory) for line in lines)


class Mounted:
    """A share as a directory, by a process that stays in the foreground."""

    def __init__(self, server, share: str = "share", options=()):
        self.server = server
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="penstock-mount-"))
        self.errors = tempfile.TemporaryFile(mode="w+")
        transport = "rdma" if RDMA_HOST and isinstance(server, servers.Penstock) else "auto"
        self.process = subprocess.Popen(
            [servers.Penstock.binary(), "mount", "--foreground",
             "--transport", transport, *options,
             f"smb://{server.user}@{server.host}:{server.port}/{share}", self.directory],
            env=os.environ | {"PENSTOCK_PASSWORD": server.password},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.kill()
            self.errors.seek(0)
            raise RuntimeError(f"penstock mount: {line!r}\n{self.errors.read()}")

    def end(self) -> int:
        """Unmounts as a system does that shuts down; the status of the process."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(COMMAND_SECONDS)
        finally:
            self.clear()

    def clear(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if is_mounted(self.directory):
            unmount = ["umount", "-l"] if os.geteuid() == 0 else ["fusermount3", "-u", "-z"]
            subprocess.run([*unmount, self.directory], check=False)
        self.process.stdout.close()
        self.errors.close()
        with contextlib.suppress(OSError):
            self.directory.rmdir()


class MountCase(unittest.TestCase):
    """One server and one mount for the class; each test has a folder of its own."""

    serve = staticmethod(penstock)

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.base = cls.stack.enter_context(temporary_folder())
        cls.exported = cls.base / "exported"
        cls.exported.mkdir()
        cls.exported.chmod(0o755)
        cls.server = cls.stack.enter_context(cls.serve({"share": cls.exported}))
        cls.mounted = Mounted(cls.server)
        cls.stack.callback(cls.mounted.clear)

    @classmethod
    def tearDownClass(cls):
        status = cls.mounted.end()
        cls.stack.close()
        if status != 0:
            raise RuntimeError(f"penstock mount ended with status {status}")

    def setUp(self):
        # A mount that hangs must not hang its tests: without its process, every call fails.
        self.alarm = threading.Timer(3 * COMMAND_SECONDS, self.mounted.process.kill)
        self.alarm.daemon = True
        self.alarm.start()
        self.addCleanup(self.alarm.cancel)
        name = self.id().rsplit(".", 1)[1]
        self.there = self.exported / name
        self.here = self.mounted.directory / name
        os.mkdir(self.here)

    def wait_until(self, condition):
        """For what comes some time after: what a mount believes ends with time."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def command(self, *words, **options):
        """Runs a program, which must succeed; what it printed."""
        made = subprocess.run(
            [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=COMMAND_SECONDS, check=False, **options)
        self.assertEqual(made.returncode, 0, f"{words}:\n{made.stdout}")
        return made.stdout
