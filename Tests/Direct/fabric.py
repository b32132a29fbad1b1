"""Our own server and client in the lab, and the devices between them."""

import json
import os
import pathlib
import subprocess
import time

PENSTOCK = os.environ["PENSTOCK"]
SLOW_LIBRARY = os.environ["SLOW_LIBRARY"]
WORK = pathlib.Path("/dev/shm/fallback")
SHARED = WORK / "shared"
LOCAL = WORK / "local"
PORT = 4450
RXE, SIW, LOOPBACK = "10.9.0.1", "10.9.1.1", "127.0.0.1"
# Bounds of what cannot be waited for otherwise: a machine that does much else takes long.
PATIENCE = 180
# How slow a copy's disk is: see slow.c.
SLOW = WORK / "slow"


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=PATIENCE)


def device(address):
    """The device, its driver and the network interface of an address."""
    return ("rxe0", "rxe", "v0") if address == RXE else ("siw0", "siw", "d0")


def delete(address):
    """Begins to delete a device: that ends when all its users have let go of it."""
    return subprocess.Popen(["rdma", "link", "delete", device(address)[0]])


def add(address):
    name, kind, interface = device(address)
    run("rdma", "link", "add", name, "type", kind, "netdev", interface)


def link(interface, state):
    return subprocess.Popen(["ip", "link", "set", interface, state])


def ended(process, what):
    """Waits for a command that was begun."""
    try:
        status = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"{what} does not end") from None
    assert status == 0, f"{what}: status {status}"


def eventually(what, holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.05)


def make(path, count):
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for number in range(count >> 20):
            file.write(number.to_bytes(8, "little") + block[8:])


def slow(microseconds):
    """From now on, what copies take for each block that they read or write here."""
    with open(SLOW, "r+b") as file:
        file.write(microseconds.to_bytes(4, "little"))


def secret():
    return {**os.environ, "PENSTOCK_PASSWORD": "secret"}


class Server:
    def __init__(self, devices=("rxe0", "siw0")):
        self.devices = devices
        for folder in (SHARED, LOCAL):
            folder.mkdir(parents=True)
        SLOW.write_bytes(bytes(4))
        self.users = WORK / "users"
        self.users.write_text("ada:secret\n")
        self.users.chmod(0o600)
        self.output, self.log = WORK / "server.out", WORK / "server.log"
        self.process = None
        self.start()

    def start(self):
        with open(self.output, "wb") as output, open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [PENSTOCK, "serve", f"data={SHARED}", "--listen", f"0.0.0.0:{PORT}",
                 "--users", str(self.users), "--rdma", "require"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=log,
            )
        self.listens_everywhere()

    def listens_on(self, name):
        """As its lines say: one when an address is found, one when it is lost."""
        found = self.output.read_text().count(f"ready rdma {name} ")
        lost = self.log.read_text().count(f"device={name} [penstock] an RDMA device or its addr")
        return found > lost

    def listens_everywhere(self):
        def holds():
            assert self.process.poll() is None, "the server has died\n" + self.news()
            return all(self.listens_on(name) for name in self.devices)

        eventually("the server listens on all devices", holds)

    def descriptors(self):
        """Those that connections and devices take, by what is behind them."""
        counts = {}
        for entry in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                kind = os.readlink(entry).split(":")[0]
            except FileNotFoundError:
                continue
            if kind.startswith("/dev/infiniband/uverbs"):
                kind = "/dev/infiniband/uverbs"
            counts[kind] = counts.get(kind, 0) + 1
        return counts

    def news(self):
        return self.log.read_text()[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(PATIENCE)


class CopyFailed(AssertionError):
    def __init__(self, status, news):
        super().__init__(f"status {status}\n{news}")
        self.status = status


class Copy:
    """A running `penstock get` or `put` of one file."""

    def __init__(self, verb, host, name, transport="auto", *options):
        url = f"smb://ada@{host}:{PORT}/data/{name}"
        self.source, self.target = SHARED / name, LOCAL / name
        arguments = [url, str(LOCAL)]
        if verb == "put":
            self.source, self.target = self.target, self.source
            arguments = [str(self.source), url]
        self.partial = self.target.parent / f".penstock-{name}.partial"
        self.errors = WORK / f"errors-{name}"
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [PENSTOCK, verb, "-v", "--transport", transport, *options, *arguments],
                stdout=subprocess.DEVNULL, stderr=errors, stdin=subprocess.DEVNULL,
                env={**secret(), "LD_PRELOAD": SLOW_LIBRARY, "SLOW_FILE": str(SLOW)},
            )

    def news(self):
        return self.errors.read_text()

    def copied(self):
        try:
            return self.partial.stat().st_blocks * 512
        except FileNotFoundError:
            return 0

    def is_over(self):
        return self.process.poll() is not None

    def eventually(self, what, holds, step=0.05):
        """Waits for something that happens while it runs."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if self.is_over():
                raise AssertionError(f"the copy ended before {what}\n{self.news()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"never: {what}\n{self.news()}")
            time.sleep(step)

    def finish(self, microseconds=0):
        """Waits for its end, at such a speed (see `slow`), and compares."""
        slow(microseconds)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.abandon()
            raise AssertionError("the copy never ends\n" + self.news()) from None
        if status:
            raise CopyFailed(status, self.news())
        assert run("cmp", self.source, self.target, check=False).returncode == 0, "it differs"
        self.target.unlink()
        return self.news()

    def abandon(self):
        self.process.kill()
        self.process.wait()


def channels(host=LOOPBACK):
    """How a new client is connected."""
    (SHARED / "small").write_text("small")
    text = run(
        "env", "PENSTOCK_PASSWORD=secret", PENSTOCK, "stat", "--json",
        f"smb://ada@{host}:{PORT}/data/small",
    ).stdout
    return json.loads(text)["channels"]
