"""What all interoperation tests share: a server, a fresh folder behind its shares, digests."""

import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Setup"))
import servers  # noqa: E402

# A test that takes longer waits for something that does not come.
TEST_SECONDS = 120

# What each kind of server calls the options that some tests start it with.
OPTIONS = {
    servers.Penstock: {
        "encrypted": ["--require-encryption"],
        "signed": ["--require-signing"],
    },
    servers.Samba: {
        "encrypted": ["smb encrypt = required"],
        "signed": ["server signing = mandatory"],
    },
}


def model() -> pathlib.Path:
    """The folder of the real model; downloaded on first use."""
    made = subprocess.run(
        [ROOT / "Tests" / "Setup" / "model"], check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(made.stdout.strip())


def digest(path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree(folder) -> dict:
    """Every file and folder below, by relative name, with its digest; what copies must keep."""
    folder = pathlib.Path(folder)
    return {
        str(path.relative_to(folder)): "folder" if path.is_dir() else digest(path)
        for path in folder.rglob("*")
    }


def make_tree(folder, seed: int = 1) -> pathlib.Path:
    """A small tree with the names and sizes that break copying programs."""
    folder = pathlib.Path(folder)
    generator = random.Random(seed)
    sizes = {
        "empty": 0,
        "one byte": 1,
        "block.bin": 65536,
        "block and one.bin": 65537,
        "deep/er/and/deeper/leaf": 4097,
        "Grüße/日本語 – файл.txt": 300,
        "emoji 🜚🚰": 12,
        "megabytes": 3 * 1024 * 1024 + 17,
    }
    for name, size in sizes.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.randbytes(size))
    (folder / "empty folder").mkdir()
    return folder


class InteropCase(unittest.TestCase):
    """One server for the class; for each test its share `share` is emptied."""

    kind = servers.Penstock
    mode = None
    host = "127.0.0.1"
    server_options = ()

    @classmethod
    def setUpClass(cls):
        cls.base = pathlib.Path(tempfile.mkdtemp(prefix="interop-", dir=os.environ.get("LAB_DISK")))
        cls.addClassCleanup(shutil.rmtree, cls.base, ignore_errors=True)
        cls.shared = cls.base / "share"
        cls.fixed = cls.base / "fixed"
        cls.shared.mkdir()
        make_tree(cls.fixed)
        options = [*(OPTIONS[cls.kind][cls.mode] if cls.mode else []), *cls.server_options]
        shares = {"share": cls.shared, "fixed": f"{cls.fixed}:ro"}
        cls.server = cls.kind(shares, options, cls.host)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def setUp(self):
        signal.signal(signal.SIGALRM, self.expired)
        signal.alarm(TEST_SECONDS)
        self.addCleanup(signal.alarm, 0)
        if not self.server.running():
            self.server.restart()
        for entry in self.shared.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.local = pathlib.Path(tempfile.mkdtemp(prefix="local-", dir=self.base))
        self.addCleanup(shutil.rmtree, self.local, ignore_errors=True)

    def expired(self, *_):
        raise TimeoutError(f"no end within {TEST_SECONDS} s")

    def tearDown(self):
        if not self.server.running():
            self.server.process = None
            self.fail(f"the server died\n{self.server.log_tail()}")
