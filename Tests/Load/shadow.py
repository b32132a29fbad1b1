"""Random operations against a copy in memory, over both devices: alone, protected, and many at
once. SEED and OPERATIONS say what is done; a failure says its seed."""

import contextlib
import os
import subprocess

from ends import (BENCH, PATIENCE, PORT, SHARED, WORK, Server, bench, main, only, prepare, until)

DEVICES = {"rxe": "10.9.0.1", "siw": "10.9.1.1"}
SEED = int(os.environ.get("SEED", 0)) or int.from_bytes(os.urandom(4), "little")
OPERATIONS = int(os.environ.get("OPERATIONS", 100_000))
SESSIONS = 64
# Enough that the last slab, which is not full, does not count for much.
IDLE_SESSIONS = 150
IDLE_KIB_MAX = 160
REST_KIB_MAX = 4096
PLACED = {"unsigned": "placed", "required": "placed, signed", "encrypted": "placed, encrypted"}


@contextlib.contextmanager
def serving(name):
    """A new server on one device, with nothing in its share."""
    for path in SHARED.iterdir():
        path.unlink()
    with only(name):
        server = Server()
        try:
            yield server
        finally:
            server.stop()


def shadow(name, host, operations, protection):
    with serving(name) as server:
        told = bench(host, "shadow", "file", operations, SEED, protection=protection, patience=600)
        expected = f"equal after {operations} operations by rdma {PLACED[protection]}, interrupted "
        assert told.startswith(expected), told
        if " 0 times" not in told:
            print(f"        {told.strip()}")
        assert until(server.is_idle), "a queue pair is left"


def many(name, host):
    """Memory and objects of the server while 64 connections are idle, work, and are gone."""
    with serving(name) as server:
        for _ in range(2):
            told = bench(host, "shadow", "file", 64 * SESSIONS, SEED, SESSIONS, patience=600)
            assert "by rdma placed, interrupted" in told, told
            assert until(server.is_idle), "a queue pair is left"
            assert until(lambda: is_at_rest(server)), f"it keeps {counts(server)}"
        held = idle(server, host)
        print(f"        {held:.0f} KiB for each idle connection")
        assert until(lambda: is_at_rest(server)), f"it keeps {counts(server)}"


def counts(server):
    kinds = {kind: server.objects(kind) for kind in ("qp", "cq", "mr")}
    return {**kinds, "KiB": server.pinned()}


def is_at_rest(server):
    """Nothing of the connections is left; pools give back what nobody uses by and by."""
    held = counts(server)
    return held["qp"] == held["cq"] == 0 and held["KiB"] <= REST_KIB_MAX


def idle(server, host):
    """KiB that the server has locked for each of many connections that do nothing."""
    client = subprocess.Popen(
        [BENCH, "smb", f"{host}:{PORT}", "data", str(WORK / "login"), "unsigned", "idle",
         str(IDLE_SESSIONS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PENSTOCK_BENCH_TRANSPORT": "rdma"},
    )
    before = server.pinned()
    held = lambda: (server.pinned() - before) / IDLE_SESSIONS
    try:
        ready = client.stdout.readline()
        assert ready == f"ready {IDLE_SESSIONS}\n", f"the client says {ready!r}"
        count = lambda: server.objects("qp")
        assert until(lambda: count() == IDLE_SESSIONS), f"{count()} queue pairs"
        # What it took to get there is given back in a while.
        until(lambda: held() <= IDLE_KIB_MAX)
        assert 64 < held() <= IDLE_KIB_MAX, f"{held():.0f} KiB locked for an idle connection"
        return held()
    finally:
        client.stdin.close()
        client.stdout.close()
        client.wait(PATIENCE)


def cases():
    for name, host in DEVICES.items():
        yield (f"{OPERATIONS} operations over {name}, seed {SEED}",
               lambda n=name, h=host: shadow(n, h, OPERATIONS, "unsigned"))
        for protection in ("required", "encrypted"):
            yield (f"{OPERATIONS // 20} operations over {name}, {PLACED[protection]}, seed {SEED}",
                   lambda n=name, h=host, p=protection: shadow(n, h, OPERATIONS // 20, p))
        yield f"{SESSIONS} connections over {name}, seed {SEED}", lambda n=name, h=host: many(n, h)


prepare()
main("shadow", cases())
