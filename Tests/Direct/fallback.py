"""Copies between our client and server in the lab while RDMA fails and comes back."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

PENSTOCK = os.environ["PENSTOCK"]
WORK = pathlib.Path("/dev/shm/fallback")
SHARED = WORK / "shared"
LOCAL = WORK / "local"
PORT = 4450
RXE, SIW, LOOPBACK = "10.9.0.1", "10.9.1.1", "127.0.0.1"
BYTES = int(os.environ.get("BYTES", 256 << 20))
SMALL = 64 << 20
PATIENCE = 120


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True)


def device(address):
    """The device, its driver and the network interface of an address."""
    return ("rxe0", "rxe", "v0") if address == RXE else ("siw0", "siw", "d0")


def delete(address):
    run("rdma", "link", "delete", device(address)[0])


def add(address):
    name, kind, interface = device(address)
    run("rdma", "link", "add", name, "type", kind, "netdev", interface)


def link(address, state):
    """Sets an interface down or up; its addresses and routes come back with it."""
    run("ip", "link", "set", device(address)[2], state)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make(path, count):
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for number in range(count >> 20):
            file.write(number.to_bytes(8, "little") + block[8:])


class Server:
    def __init__(self):
        users = WORK / "users"
        users.write_text("ada:secret\n")
        users.chmod(0o600)
        self.log = open(WORK / "server.log", "ab")
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [PENSTOCK, "serve", f"data={SHARED}", "--listen", f"0.0.0.0:{PORT}", "--users",
             str(WORK / "users"), "--rdma", "require"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        ready = [self.process.stdout.readline() for _ in range(3)]
        if not all(line.startswith("ready ") for line in ready):
            raise RuntimeError(f"the server did not start: {ready}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


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
        self.errors = open(WORK / "errors", "w+")
        self.process = subprocess.Popen(
            [PENSTOCK, verb, "-v", "--transport", transport, *options, *arguments],
            stdout=subprocess.DEVNULL, stderr=self.errors, stdin=subprocess.DEVNULL,
            env={**os.environ, "PENSTOCK_PASSWORD": "secret"},
        )

    def news(self):
        return pathlib.Path(self.errors.name).read_text()

    def wait_for(self, count):
        """Until so many bytes are there, or the copy has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            size = self.partial.stat().st_size if self.partial.exists() else 0
            if size >= count:
                return
            if time.monotonic() > deadline:
                raise AssertionError("the copy does not get on\n" + self.news())
            time.sleep(0.005)
        raise AssertionError("the copy ended too soon to disturb it\n" + self.news())

    def finish(self):
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the copy never ends\n" + self.news()) from None
        assert status == 0, f"status {status}\n{self.news()}"
        assert digest(self.source) == digest(self.target), "the copy differs"
        self.target.unlink()
        return self.news()


def prepare(verb, count):
    name = "file"
    for folder in (SHARED, LOCAL):
        for path in folder.iterdir():
            path.unlink()
    make((LOCAL if verb == "put" else SHARED) / name, count)
    return name


def plain(verb, address, transport):
    """A copy that nobody disturbs."""
    news = Copy(verb, address, prepare(verb, SMALL), transport).finish()
    if transport == "rdma":
        assert "TCP" not in news, news
    if transport != "tcp":
        assert "connected by RDMA" in news, news


def protected(verb, option, expected):
    news = Copy(verb, RXE, prepare(verb, SMALL), "rdma", option).finish()
    assert expected in news, news


def disturbed(verb, address, take, give, seconds):
    """RDMA is taken away in the middle, and given back."""
    name = prepare(verb, 2 * BYTES)
    copy = Copy(verb, LOOPBACK, name)
    try:
        copy.wait_for(BYTES // 8)
        take(address)
        time.sleep(seconds)
    finally:
        give(address)
    news = copy.finish()
    assert f"lost RDMA to {address}" in news, news
    return news


def removed(verb, address):
    disturbed(verb, address, delete, add, 0.5)


def pulled(verb, address):
    disturbed(verb, address, lambda it: link(it, "down"), lambda it: link(it, "up"), 3)
    if address == RXE:
        run("ip", "addr", "add", f"{RXE}/24", "dev", "v0", check=False)


def everything(verb):
    """The only RDMA there is goes: TCP carries the rest, until RDMA is found again."""
    name = prepare(verb, 4 * BYTES)
    link(SIW, "down")
    # The server looks at its devices every second.
    time.sleep(2)
    try:
        copy = Copy(verb, LOOPBACK, name)
        try:
            copy.wait_for(BYTES // 8)
            delete(RXE)
            time.sleep(0.2)
        finally:
            add(RXE)
        news = copy.finish()
    finally:
        link(SIW, "up")
    assert "lost RDMA" in news, news
    after = news.rsplit("lost RDMA", 1)[1]
    assert "connected by RDMA" in after, "RDMA was not found again\n" + news


def restarted(verb, server):
    """The server dies and another one takes its place."""
    name = prepare(verb, BYTES)
    copy = Copy(verb, LOOPBACK, name)
    copy.wait_for(BYTES // 8)
    server.kill()
    time.sleep(0.3)
    server.start()
    copy.finish()


def stat_tells():
    prepare("get", 1 << 20)
    text = run(
        "env", "PENSTOCK_PASSWORD=secret", PENSTOCK, "stat", "--json",
        f"smb://ada@{LOOPBACK}:{PORT}/data/file",
    ).stdout
    channels = json.loads(text)["channels"]
    assert {"tcp", "rdma"} == {channel["transport"] for channel in channels}, text
    assert all(c["data"] == "placed" for c in channels if c["transport"] == "rdma"), text


def cases(server):
    for verb in ("get", "put"):
        for name, address in (("rxe", RXE), ("siw", SIW)):
            yield f"{verb} by {name} alone", lambda v=verb, a=address: plain(v, a, "rdma")
            yield f"{verb}, {name} removed", lambda v=verb, a=address: removed(v, a)
            yield f"{verb}, {name} pulled out", lambda v=verb, a=address: pulled(v, a)
        yield f"{verb} by whatever there is", lambda v=verb: plain(v, LOOPBACK, "auto")
        yield f"{verb} by tcp alone", lambda v=verb: plain(v, LOOPBACK, "tcp")
        yield f"{verb}, placed and signed", lambda v=verb: protected(v, "--sign", "signed")
        yield f"{verb}, placed and encrypted", lambda v=verb: protected(v, "--encrypt", "encrypted")
        yield f"{verb}, all of RDMA removed", lambda v=verb: everything(v)
        yield f"{verb}, the server restarted", lambda v=verb: restarted(v, server)
    yield "stat tells of the connections", stat_tells


def main():
    for folder in (SHARED, LOCAL):
        folder.mkdir(parents=True)
    server = Server()
    passed = failed = 0
    for name, body in cases(server):
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        started = time.monotonic()
        try:
            body()
            passed += 1
            print(f"ok      {name} ({time.monotonic() - started:.1f} s)")
        except Exception as error:
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}")
            if server.process.poll() is not None:
                print("the server has died:\n" + (WORK / "server.log").read_text()[-4000:])
                server.start()
    server.stop()
    print(f"fallback: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
