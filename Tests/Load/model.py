"""A real model, both ways over each device: what arrives is the same by SHA-256 and went by RDMA, as
the program says, and as the counters of the device and of the network show."""

import hashlib
import os
import pathlib
import shutil

from cable import Capture
from ends import LOCAL, PORT, SHARED, WORK, Server, address, main, only, penstock, prepare

MODEL = pathlib.Path(os.environ["MODEL"])
DEVICES = {"rxe": "10.9.0.1", "siw": "10.9.1.1"}
PROTECTION = {"": "placed", "--sign": "placed, signed", "--encrypt": "placed, encrypted"}
# A packet of RoCE carries no more than this.
PACKET = 4096


def digests(folder):
    """Every file below a folder, and its SHA-256."""
    found = {}
    for path in filter(pathlib.Path.is_file, folder.rglob("*")):
        with open(path, "rb") as file:
            found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


class Meters:
    """What goes between client and server meanwhile, by the way it takes."""

    def __init__(self, host):
        self.host = host
        self.began = self.counters()
        # What goes to and from the server's TCP port; all that this machine says to itself by TCP
        # passes here. Not what brings no byte: whether the host is there is asked by TCP too.
        bytes_ = "(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)) != 0"
        self.tcp = Capture(
            "lo", WORK / "tcp", f"(tcp port {PORT} and {bytes_}) or udp port 9", size=128
        )

    @staticmethod
    def counters():
        """Bytes on `lo`, iWARP's among them, and packets that left by RoCE."""
        names = ("class/net/lo/statistics/tx_bytes",
                 "class/infiniband/rxe0/ports/1/hw_counters/sent_pkts")
        paths = [pathlib.Path("/sys") / name for name in names]
        return [int(path.read_text()) if path.exists() else 0 for path in paths]

    def read(self):
        """Packets with bytes at the server's TCP port, bytes on `lo`, bytes that RoCE had room for."""
        bytes_, packets = (now - then for now, then in zip(self.counters(), self.began))
        return len(list(self.tcp.packets(self.host, self.host))) - 1, bytes_, packets * PACKET


def copy(verb, name, host, transport, option):
    """Copies the model; what the program says, and the meters."""
    for path in (SHARED / "copy", LOCAL / "copy"):
        shutil.rmtree(path, ignore_errors=True)
    words = {"get": [address(host, "model"), LOCAL / "copy"],
             "put": [LOCAL / "model", address(host, "copy")]}[verb]
    meters = Meters(host)
    options = ["--transport", transport, *([option] if option else [])]
    end = penstock(verb, "-v", *options, *words)
    measured = meters.read()
    assert end.returncode == 0, f"status {end.returncode}: {end.stderr}"
    arrived = digests((LOCAL if verb == "get" else SHARED) / "copy")
    assert arrived == ORIGINAL, f"the copy differs: {arrived}, not {ORIGINAL}"
    return end.stderr, *measured


def by_rdma(verb, name, host, option):
    said, packets, network, fabric = copy(verb, name, host, "rdma", option)
    told = f"{packets} packets of TCP, {network} bytes on lo, {fabric} by RoCE\n{said}"
    assert "by RDMA" in said and f"data {PROTECTION[option]}\n" in said, told
    assert packets == 0, told
    assert (fabric if name == "rxe" else network) > SIZE, told


def by_tcp(name, host):
    """What the meters show when it is not by RDMA: otherwise they would prove nothing."""
    said, packets, network, fabric = copy("get", name, host, "tcp", "")
    told = f"{packets} packets of TCP, {network} bytes on lo, {fabric} by RoCE\n{said}"
    assert packets > SIZE >> 16 and network > SIZE and fabric < SIZE >> 4, told


def serving(name, body):
    with only(name):
        server = Server()
        try:
            body()
        finally:
            server.stop()


def cases():
    for name, host in DEVICES.items():
        for verb in ("get", "put"):
            for option, words in PROTECTION.items():
                yield (f"{verb} over {name}, {words}",
                       lambda n=name, h=host, v=verb, o=option:
                       serving(n, lambda: by_rdma(v, n, h, o)))
        yield (f"{name}: TCP is told from RDMA",
               lambda n=name, h=host: serving(n, lambda: by_tcp(n, h)))


prepare()
for folder in (SHARED, LOCAL):
    shutil.copytree(MODEL, folder / "model")
ORIGINAL = digests(MODEL)
SIZE = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
main("model", cases())
