"""Counts the heap allocations of READ and WRITE. Tests/Direct/allocations starts it, on the lab
machine."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Setup"))

import servers

WAYS = {"rxe": ("10.9.0.1", "rdma"), "siw": ("10.9.1.1", "rdma"), "tcp": ("10.9.0.1", "tcp")}
# A file in memory is read and written by the thread of the connection; one on a disk is written by
# the threads that may wait.
PLACES = {"memory": "/dev/shm", "disk": os.environ["LAB_DISK"]}
FILE_BYTES = 64 << 20
BLOCK = 16 << 10
FEW, MANY = 1000, 4000
# An operation that takes anything takes one at least; timers take something, too.
ALLOWED_PER_OPERATION = 0.5
IDLE_SECONDS = 4


def counting(file: pathlib.Path) -> dict[str, str]:
    return {
        "LD_PRELOAD": str(ROOT / ".build" / "bench" / "allocations.so"),
        "ALLOCATION_COUNT_FILE": str(file),
    }


def count(file: pathlib.Path) -> int:
    return int.from_bytes(file.read_bytes()[:8], "little")


class Case:
    def __init__(self, server: servers.Server, folder: pathlib.Path, transport: str):
        self.server = server
        self.folder = folder
        self.transport = transport
        self.login = server.folder / "own-login"
        self.login.touch(mode=0o600)
        self.login.write_text(f"username={server.user}\npassword={server.password}\n")
        # The server looks for devices once a second, whether anybody is there or not.
        before, start = count(self.folder / "server"), time.monotonic()
        time.sleep(IDLE_SECONDS)
        self.idle_rate = (count(self.folder / "server") - before) / (time.monotonic() - start)

    def settled(self) -> int:
        """What the server has taken so far, when it takes no more."""
        file = self.folder / "server"
        before = count(file)
        for _ in range(600):
            time.sleep(0.1)
            now = count(file)
            if now == before:
                break
            before = now
        return before

    def allocated(self, kind: str, operations: int) -> tuple[float, float]:
        """What one run takes at the server and at the client."""
        mine = self.folder / "client"
        mine.unlink(missing_ok=True)
        before, start = self.settled(), time.monotonic()
        words = [os.environ["PENSTOCK_BENCH"], "smb", f"{self.server.host}:{self.server.port}",
                 "share", str(self.login), "unsigned", kind, "file", str(operations * BLOCK),
                 str(BLOCK), "8"]
        done = subprocess.run(
            words, env={**os.environ, **counting(mine), "PENSTOCK_BENCH_TRANSPORT": self.transport},
            capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        taken = self.settled() - before
        return taken - self.idle_rate * (time.monotonic() - start), count(mine)

    def per_operation(self, kind: str) -> tuple[float, float]:
        self.allocated(kind, FEW)
        few, many = self.allocated(kind, FEW), self.allocated(kind, MANY)
        # An eighth is moved once more, before the clock of the load runs.
        operations = (MANY - FEW) * 9 / 8
        return (many[0] - few[0]) / operations, (many[1] - few[1]) / operations


def main() -> int:
    wanted = sys.argv[1:]
    passed = failed = 0
    for place, parent in PLACES.items():
        for way, (host, transport) in WAYS.items():
            if wanted and not any(word in f"{way} {place}" for word in wanted):
                continue
            with (tempfile.TemporaryDirectory(dir=parent) as share,
                  tempfile.TemporaryDirectory(dir="/dev/shm") as folder):
                (pathlib.Path(share) / "file").write_bytes(bytes(FILE_BYTES))
                folder = pathlib.Path(folder)
                server = servers.Penstock({"share": share}, options=["--rdma", "require"])
                server.host = host
                own = counting(folder / "server")
                os.environ.update(own)
                with server:
                    for name in own:
                        del os.environ[name]
                    case = Case(server, folder, transport)
                    for kind in ("read", "overwrite"):
                        costs = case.per_operation(kind)
                        holds = max(costs) <= ALLOWED_PER_OPERATION
                        passed, failed = passed + holds, failed + (not holds)
                        print(f"{'ok     ' if holds else 'FAILED '} {way} {place}: {kind}: "
                              f"{costs[0]:.3f} at the server, {costs[1]:.3f} at the client")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
