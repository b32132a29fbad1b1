"""A cable between two addresses of the lab: what is sent from one to the other really travels,
where the kernel would otherwise hand it over within. It can be listened to, and spoilt."""

import os
import pathlib
import signal
import socket
import struct
import subprocess

from ends import PATIENCE, run, until

FABRICS = ("rxe", "siw")


class Cable:
    """A pair of network interfaces with a device of one fabric at both ends."""

    def __init__(self):
        for device in ("rxe0", "siw0"):
            run("rdma", "link", "delete", device)
        # What arrives is for us; what is for us leaves all the same.
        run("ip", "rule", "add", "pref", "30000", "lookup", "local")
        run("ip", "rule", "del", "pref", "0")
        self.fabric = None

    def use(self, fabric):
        """One at a time: a session takes every way that there is."""
        if self.fabric == fabric:
            return
        if self.fabric:
            for end in (0, 1):
                run("rdma", "link", "delete", f"{self.fabric}-{end}")
            run("ip", "link", "del", self.name(self.fabric, 0))
        self.fabric = fabric
        self.lay(fabric, 10 + FABRICS.index(fabric))

    @staticmethod
    def name(fabric, end):
        return f"{fabric}-cable{end}"

    @staticmethod
    def host(fabric, end=1):
        return f"10.9.{10 + FABRICS.index(fabric)}.{end + 1}"

    def lay(self, fabric, network):
        ends = [self.name(fabric, 0), self.name(fabric, 1)]
        run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for end, name in enumerate(ends):
            run("ip", "addr", "add", f"{self.host(fabric, end)}/24", "dev", name)
            run("ip", "link", "set", name, "mtu", "4200", "up")
            settings = pathlib.Path("/proc/sys/net/ipv4/conf") / name
            for setting in ("accept_local", "arp_ignore"):
                (settings / setting).write_text("1")
            (settings / "rp_filter").write_text("0")
            run("ip", "rule", "add", "pref", "10", "iif", name, "lookup", "local")
            run("ip", "rule", "add", "pref", "20", "to", self.host(fabric, end),
                "lookup", str(network))
        self.route(fabric)
        for end in (0, 1):
            self.add(fabric, end)

    def add(self, fabric, end):
        """The device on top of one end."""
        run("rdma", "link", "add", f"{fabric}-{end}", "type", fabric, "netdev",
            self.name(fabric, end))

    def route(self, fabric):
        """How the ends reach one another: gone when one of them was set down."""
        network = 10 + FABRICS.index(fabric)
        ends = [self.name(fabric, 0), self.name(fabric, 1)]
        for end, name in enumerate(ends):
            far, source = self.host(fabric, 1 - end), self.host(fabric, end)
            hardware = pathlib.Path(f"/sys/class/net/{ends[1 - end]}/address").read_text().strip()
            run("ip", "neigh", "replace", far, "lladdr", hardware, "dev", name, "nud", "permanent")
            run("ip", "route", "replace", far, "dev", name, "src", source, "table", str(network))

    def spoil(self, fabric, *how):
        """Both ways, until `mend`: what tc-netem(8) can do."""
        for end in (0, 1):
            run("tc", "qdisc", "replace", "dev", self.name(fabric, end), "root", "netem",
                "limit", "10000", *how)

    def mend(self, fabric):
        for end in (0, 1):
            run("tc", "qdisc", "del", "dev", self.name(fabric, end), "root", check=False)

    def counts(self, fabric):
        """Bytes that passed, and packets that were dropped."""
        texts = [run("tc", "-s", "qdisc", "show", "dev", self.name(fabric, end)).stdout
                 for end in (0, 1)]
        return (sum(int(text.split("Sent ")[1].split()[0]) for text in texts),
                sum(int(text.split("dropped ")[1].split(",")[0]) for text in texts))


class Capture:
    """All packets of an interface that an expression fits, or so much of each, as tcpdump(1) stores
    them."""

    def __init__(self, interface, path, expression="", size=0):
        self.path = path
        self.process = subprocess.Popen(
            ["tcpdump", "-i", interface, "-s", str(size), "-B", "131072", "-U", "-Z", "root", "-w",
             str(path), expression],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        line = ""
        while "listening on" not in line:
            line = self.process.stderr.readline()
            assert line, "tcpdump does not start"

    def packets(self, source, target):
        """Ends the capture; each packet from its IP header on."""
        # Packets keep their order: when this one is stored, all others are.
        last = b"the last packet" + os.urandom(16)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((source, 0))
            sender.sendto(last, (target, 9))
        assert until(lambda: last in self.path.read_bytes()), "the capture does not end"
        self.process.send_signal(signal.SIGINT)
        told = self.process.communicate(timeout=PATIENCE)[1]
        assert "\n0 packets dropped by kernel" in told, told
        data = self.path.read_bytes()
        place = 24
        while place < len(data):
            count, = struct.unpack_from("<I", data, place + 8)
            yield data[place + 16 + 14:place + 16 + count]
            place += 16 + count
