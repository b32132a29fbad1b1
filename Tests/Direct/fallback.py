"""Copies between our client and server in the lab while RDMA fails and comes back."""

import os
import pathlib
import sys
import time

os.environ.setdefault("PENSTOCK_BENCH", "")
sys.path.append(str(pathlib.Path(__file__).parent.parent / "Load"))

import cable
import fabric
from fabric import LOCAL, LOOPBACK, RXE, SHARED, SIW, Copy

BYTES = 96 << 20
SMALL = 16 << 20
# Far from the end, wherever it is looked at.
BEGUN = 8 << 20
# Microseconds that a copy's disk takes for a block: until RDMA is taken away, and until it is back.
BRISK, SLOW = 40_000, 300_000
ATTEMPTS = 3
LOOKS = 8
# Seconds in which a peer that is silent is noticed.
NOTICED = {"rxe": 1.5, "siw": 3}


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


def begin(verb, *addresses, host=LOOPBACK, options=()):
    """A copy that has begun, with connections to addresses. A machine that does much else may look
    so late that the copy is over: then another one."""
    for attempt in range(ATTEMPTS):
        fabric.slow(BRISK)
        copy = Copy(verb, host, prepare(verb, BYTES), "auto", *options)
        wanted = [f"connected by RDMA to {address}" for address in addresses]
        copy.eventually(
            "bytes move by RDMA",
            lambda: copy.is_over() or copy.copied() >= BEGUN
            and all(text in copy.news() for text in wanted),
        )
        if not copy.is_over():
            return copy
        assert copy.process.returncode == 0, copy.news()
    raise AssertionError("no copy that goes on for a while")


def disturbed(verb, addresses, take, give, **how):
    """RDMA is taken away in the middle, and given back; the copy uses it again. How long it took
    the client to notice the first loss."""
    copy = begin(verb, *addresses, **how)
    try:
        before = len(copy.news())
        lost = [f"lost RDMA to {address}" for address in addresses]
        try:
            taking = take()
            taken = time.monotonic()
            fabric.slow(SLOW)
            copy.eventually("the loss", lambda: any(text in copy.news() for text in lost), 0.01)
            noticed = time.monotonic() - taken
            copy.eventually("all losses", lambda: all(text in copy.news() for text in lost))
            # A device goes only when its users have let go of it.
            for process in taking:
                fabric.ended(process, "taking it away")
        finally:
            give()
        for address in addresses:
            copy.eventually(
                "the return",
                lambda: f"connected by RDMA to {address}"
                in copy.news()[before:].rpartition(f"lost RDMA to {address}")[2],
            )
        assert not copy.is_over(), "it was over when RDMA came back\n" + copy.news()
        copy.finish()
    finally:
        copy.abandon()
    return noticed


def removed(verb, *addresses, options=()):
    disturbed(
        verb,
        addresses,
        lambda: [fabric.delete(address) for address in addresses],
        lambda: [fabric.add(address) for address in addresses],
        options=options,
    )


def pulled(verb, address):
    interface = fabric.device(address)[2]
    disturbed(
        verb,
        [address],
        lambda: [fabric.link(interface, "down")],
        lambda: fabric.ended(fabric.link(interface, "up"), "setting it up"),
    )


def restarted(verb, server):
    """The server dies and another one takes its place."""
    copy = begin(verb, SIW)
    try:
        server.kill()
        server.start()
        copy.finish()
    finally:
        copy.abandon()


def swallowed(verb, wire, kind):
    """The cable between the two devices swallows everything, and nobody is told. Only who has
    looked in time for once is known to look in time: the machine may be busy otherwise."""
    address = wire.host(kind)
    taken = []

    def take():
        wire.spoil(kind, "loss", "100%")
        return []

    for attempt in range(LOOKS):
        taken.append(disturbed(verb, [address], take, lambda: wire.mend(kind), host=LOOPBACK))
        if taken[-1] <= NOTICED[kind]:
            print("        noticed after " + ", ".join(f"{each:.2f} s" for each in taken))
            return
    raise AssertionError(f"noticed only after {taken} s")


def stat_tells():
    channels = fabric.channels()
    assert {"tcp", "rdma"} == {channel["transport"] for channel in channels}, channels
    assert all(c["data"] == "placed" for c in channels if c["transport"] == "rdma"), channels


def cases(server):
    """The order matters: what a server has been through must not harm what comes after."""
    for verb in ("get", "put"):
        for name, address in (("rxe", RXE), ("siw", SIW)):
            yield f"{verb} by {name} alone", lambda v=verb, a=address: plain(v, a, "rdma")
        yield f"{verb} by tcp alone", lambda v=verb: plain(v, LOOPBACK, "tcp")
        yield f"{verb}, placed and signed", lambda v=verb: protected(v, "--sign", "signed")
        yield f"{verb}, placed and encrypted", lambda v=verb: protected(v, "--encrypt", "encrypted")
        for name, address in (("rxe", RXE), ("siw", SIW)):
            yield f"{verb}, {name} removed", lambda v=verb, a=address: removed(v, a)
            yield f"{verb}, {name} pulled out", lambda v=verb, a=address: pulled(v, a)
        yield f"{verb}, all of RDMA removed", lambda v=verb: removed(v, RXE, SIW)
        yield f"{verb}, the server restarted", lambda v=verb: restarted(v, server)
    for option in ("--sign", "--encrypt"):
        yield (f"get {option}, all of RDMA removed",
               lambda o=option: removed("get", RXE, SIW, options=[o]))
    yield "stat tells of the connections", stat_tells


def cable_cases(server, wire):
    for kind in cable.FABRICS:
        wire.use(kind)
        for end in (0, 1):
            fabric.eventually("the server listens at the cable's ends",
                              lambda: server.listens_on(f"{kind}-{end}"))
        for verb in ("get", "put"):
            yield (f"{verb}, {kind}'s cable swallows everything",
                   lambda v=verb, k=kind: swallowed(v, wire, k))


class Tests:
    def __init__(self, server):
        self.server = server
        self.passed = self.failed = 0

    def run(self, cases, is_ready):
        for name, body in cases:
            if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
                continue
            started = time.monotonic()
            held = None
            try:
                is_ready()
                held = self.server.descriptors()
                body()
                is_ready()
                fabric.eventually(
                    "the server lets go of everything",
                    lambda: self.server.descriptors() == held,
                )
                self.passed += 1
                print(f"ok      {name} ({time.monotonic() - started:.1f} s)")
            except Exception as error:
                self.failed += 1
                print(f"FAILED  {name}: {type(error).__name__}: {error}")
                print(f"descriptors: {self.server.descriptors()}, before {held}")
                print("the server says:\n" + self.server.news())
                if self.server.process.poll() is not None:
                    self.server.start()


def main():
    server = fabric.Server()
    tests = Tests(server)
    tests.run(cases(server), server.listens_everywhere)
    tests.run(cable_cases(server, cable.Cable()), lambda: None)
    server.stop()
    print(f"fallback: {tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
