"""Copies between our client and server in the lab while RDMA fails and comes back."""

import os
import sys
import time

import fabric
from fabric import LOCAL, LOOPBACK, RXE, SHARED, SIW, Copy

BYTES = int(os.environ.get("BYTES", 384 << 20))
SMALL = 64 << 20
# Far from the end, wherever it is looked at.
BEGUN = 16 << 20


def prepare(verb, count):
    name = "file"
    for folder in (SHARED, LOCAL):
        for path in folder.iterdir():
            path.unlink()
    fabric.make((LOCAL if verb == "put" else SHARED) / name, count)
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


def begin(verb, address):
    """A copy that has begun, with a connection to an address."""
    copy = Copy(verb, LOOPBACK, prepare(verb, BYTES))
    copy.creeps_until(
        "bytes move by RDMA",
        lambda: copy.copied() >= BEGUN and f"connected by RDMA to {address}" in copy.news(),
    )
    return copy


def disturbed(verb, address, take, give):
    """RDMA is taken away in the middle, and given back; the copy uses it again."""
    copy = begin(verb, address)
    try:
        try:
            taking = take()
            copy.creeps_until("the loss", lambda: f"lost RDMA to {address}" in copy.news())
            # A device goes only when its users, which do not stand still, have let go of it.
            copy.creeps_until("the device is gone", lambda: taking.poll() is not None)
            fabric.ended(taking, "taking it away")
        finally:
            give()
        after = copy.news().rindex(f"lost RDMA to {address}")
        copy.creeps_until(
            "the return", lambda: f"connected by RDMA to {address}" in copy.news()[after:]
        )
        copy.finish()
    finally:
        copy.abandon()


def removed(verb, address):
    disturbed(verb, address, lambda: fabric.delete(address), lambda: fabric.add(address))


def pulled(verb, address):
    interface = fabric.device(address)[2]
    disturbed(
        verb,
        address,
        lambda: fabric.link(interface, "down"),
        lambda: fabric.ended(fabric.link(interface, "up"), "setting it up"),
    )


def everything(verb, server):
    """The only RDMA there is goes: TCP carries the rest, until RDMA is found again."""
    fabric.ended(fabric.link("d0", "down"), "setting it down")
    try:
        fabric.eventually("the server misses an address", lambda: not server.listens(SIW))
        removed(verb, RXE)
    finally:
        fabric.ended(fabric.link("d0", "up"), "setting it up")


def restarted(verb, server):
    """The server dies and another one takes its place."""
    copy = begin(verb, SIW)
    try:
        server.kill()
        server.start()
        copy.finish()
    finally:
        copy.abandon()


def stat_tells():
    channels = fabric.channels()
    assert {"tcp", "rdma"} == {channel["transport"] for channel in channels}, channels
    assert all(c["data"] == "placed" for c in channels if c["transport"] == "rdma"), channels


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
        yield f"{verb}, all of RDMA removed", lambda v=verb: everything(v, server)
        yield f"{verb}, the server restarted", lambda v=verb: restarted(v, server)
    yield "stat tells of the connections", stat_tells


def main():
    server = fabric.Server()
    held = server.descriptors()
    passed = failed = 0
    for name, body in cases(server):
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        started = time.monotonic()
        try:
            server.listens_everywhere()
            body()
            server.listens_everywhere()
            fabric.eventually(
                "the server lets go of everything", lambda: server.descriptors() == held
            )
            passed += 1
            print(f"ok      {name} ({time.monotonic() - started:.1f} s)")
        except Exception as error:
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}")
            print(f"descriptors: {server.descriptors()}, at first {held}")
            print("the server says:\n" + server.news())
            if server.process.poll() is not None:
                server.start()
    server.stop()
    print(f"fallback: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
