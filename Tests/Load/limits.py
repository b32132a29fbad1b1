"""Too little locked memory and too few objects of a device, at either end: RDMA says what is missing
and how to have it, and TCP does the work where it may."""

import os
import pathlib
import shutil

import ends
from ends import LOCAL, PENSTOCK, SHARED, WORK, Server, address, main, penstock, prepare, until

DEVICES = {"rxe": "10.9.0.1", "siw": "10.9.1.1"}
SIZE = 8 << 20
# An ordinary user, who may not lock more than this.
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
LITTLE = ("prlimit", "--memlock=65536:65536", *NOBODY)
GROUP = pathlib.Path("/run/groups/penstock")


def copy(verb, host, transport, prefix=()):
    """One copy, whatever comes of it; and what is said."""
    folder = WORK / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    source = SHARED / "file" if verb == "get" else folder / "file"
    target = folder / "file" if verb == "get" else SHARED / "put"
    target.unlink(missing_ok=True)
    data = os.urandom(SIZE)
    source.write_bytes(data)
    source.chmod(0o666)
    words = [address(host, source.name), folder] if verb == "get" else [
        source, address(host, target.name)]
    end = penstock(verb, "-v", "--transport", transport, *words, prefix=prefix)
    if end.returncode == 0:
        assert target.read_bytes() == data, "the copy differs"
    return end.returncode, end.stderr


def must_work(verb, host, transport, *expected, prefix=()):
    status, said = copy(verb, host, transport, prefix)
    assert status == 0, f"status {status}: {said}"
    for word in expected:
        assert word in said, f"no '{word}' in: {said}"


def must_fail(verb, host, *expected, prefix=()):
    status, said = copy(verb, host, "rdma", prefix)
    assert status != 0, f"it works: {said}"
    for word in expected:
        assert word in said, f"no '{word}' in: {said}"


def client_memory(host):
    server = Server(devices=2)
    try:
        for verb in ("get", "put"):
            must_work(verb, host, "auto", "connected by TCP", prefix=LITTLE)
            must_fail(verb, host, "ibv_reg_mr", "ulimit -l unlimited", prefix=LITTLE)
            must_work(verb, host, "rdma", "placed")
    finally:
        server.stop()


def server_memory(host):
    server = Server(devices=0, prefix=LITTLE, options=("--rdma", "auto"))
    try:
        for verb in ("get", "put"):
            must_work(verb, host, "auto", "connected by TCP")
            must_fail(verb, host, "RDMA")
        said = server.said()
        assert "little memory may be locked, and RDMA needs" in said, said
        assert "connection refused" in said and "reason=ibv_reg_mr" in said, said
    finally:
        server.stop()


def group(limit):
    """The words that run a program in a group with so many objects of each device."""
    GROUP.mkdir(exist_ok=True)
    for device in ("rxe0", "siw0"):
        (GROUP / "rdma.max").write_text(f"{device} {limit}")
    return ("sh", "-c", f'echo $$ >{GROUP}/cgroup.procs && exec "$@"', "sh")


def client_objects(host, limit):
    server = Server(devices=2)
    try:
        for verb in ("get", "put"):
            must_work(verb, host, "auto", "connected by TCP", prefix=group(limit))
            must_fail(verb, host, "RDMA", prefix=group(limit))
            must_work(verb, host, "rdma", "placed")
    finally:
        server.stop()


def server_objects(host, limit):
    server = Server(devices=0, prefix=group(limit), options=("--rdma", "auto"))
    try:
        for verb in ("get", "put"):
            must_work(verb, host, "auto", "connected by TCP")
            must_fail(verb, host, "RDMA")
        # When there is more, the server finds its devices again without being told.
        group("hca_handle=max hca_object=max")
        assert until(lambda: copy("get", host, "rdma")[0] == 0), copy("get", host, "rdma")[1]
    finally:
        server.stop()


def cases():
    for name, host in DEVICES.items():
        yield f"a client that may not lock memory, {name}", lambda h=host: client_memory(h)
        yield f"a server that may not lock memory, {name}", lambda h=host: server_memory(h)
        for limit in ("hca_handle=0", "hca_object=3"):
            yield (f"a client with {limit}, {name}",
                   lambda h=host, it=limit: client_objects(h, f"{it}"))
            yield (f"a server with {limit}, {name}",
                   lambda h=host, it=limit: server_objects(h, f"{it}"))


prepare()
# Where everybody may reach it, whatever the checkout's folders allow.
ends.PENSTOCK = shutil.copy(PENSTOCK, "/run/penstock")
for folder in (WORK, SHARED, LOCAL):
    folder.chmod(0o777)
GROUP.parent.mkdir()
ends.run("mount", "-t", "cgroup2", "none", str(GROUP.parent))
(GROUP.parent / "cgroup.subtree_control").write_text("+rdma")
main("limits", cases())
