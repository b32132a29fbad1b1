"""Transfers by RDMA beside perftest and the kernel's file systems. Tests/Bench/lab starts it, on
the lab machine."""

import argparse
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Setup"))

import kernel_mounts
import lab_report
import measure
import peers
import perftest
import servers

DEVICES = {"rxe0": "10.9.0.1", "siw0": "10.9.1.1"}
LINKS = {"rxe0": ("rxe", "v0"), "siw0": ("siw", "d0")}
MEBIBYTE = 1 << 20
CONNECTIONS = 256
BLOCKS_PER_CONNECTION = 8
# A limit for what has gone wrong; it takes a few seconds.
PINNING_SECONDS = 120


class RDMAClient(peers.OwnClient):
    """Our client, told which transport to take."""

    def __init__(self, server: servers.Server, transport: str):
        super().__init__(server)
        self.transport = transport

    def run(self, protection: str, *words, amount: float) -> measure.Sample:
        os.environ["PENSTOCK_BENCH_TRANSPORT"] = self.transport
        return super().run(protection, *words, amount=amount)

    def transfer(self, kind: str, byte_count: int, block: int, depth: int):
        name = "new" if kind == "write" else "big" if kind == "read" else "written"
        return self.run("unsigned", kind, name, byte_count, block, depth, amount=byte_count)

    def many(self, byte_count: int, block: int, depth: int, connections: int):
        return self.run("unsigned", "many", "big", byte_count, block, depth, connections,
                        amount=byte_count)


class LabBench:
    def __init__(self, arguments, device: str, folder: pathlib.Path):
        self.arguments = arguments
        self.device = device
        self.folder = folder
        self.perftest = perftest.Perftest(device, DEVICES[device])
        self.samples: dict[str, dict[str, list]] = {}
        self.facts: dict[str, float] = {}
        self.broken: list[str] = []

    def compare(self, title: str, contestants: dict):
        """Runs every contestant once per round, in turn."""
        if self.arguments.only and self.arguments.only not in title:
            return
        table = self.samples.setdefault(title, {name: [] for name in contestants})
        for round_number in range(self.arguments.rounds):
            for name, job in contestants.items():
                try:
                    table[name].append(job())
                except (RuntimeError, subprocess.TimeoutExpired, OSError, ValueError) as error:
                    self.broken.append(f"{self.device} {title}: {name}")
                    print(f"BROKEN {self.device} {title}: {name}: {error}", file=sys.stderr)
                    continue
                rate = table[name][-1].rate
                print(f"{self.device} {title} {round_number + 1}: {name}: {rate:,.0f}/s", flush=True)

    def run(self):
        # "written" is there already: perftest's buffers are, too.
        for name in ("big", "written"):
            with (self.folder / name).open("wb") as file:
                for block in range(self.arguments.mebibytes):
                    file.write(bytes([block & 255]) * MEBIBYTE)
        server = servers.Penstock({"bench": self.folder}, options=["--rdma", "require"])
        server.host = DEVICES[self.device]
        # The kernel's client takes no other for RDMA, and 5445 on iWARP devices.
        server.port = 445
        with server:
            # First: what transfers have registered is let go a while later.
            if not self.arguments.only or self.arguments.only in "idle":
                self.facts["registered KiB per idle connection"] = self.idle(server) / 1024
            self.transfers(server)
            self.small(server)
            self.connections(server)
            self.peers(server)
        self.pinned()

    def transfers(self, server):
        rdma, tcp = RDMAClient(server, "rdma"), RDMAClient(server, "tcp")
        total = self.arguments.mebibytes * MEBIBYTE
        for block, depth, label in ((MEBIBYTE, 8, "1 MiB x 8"), (65536, 16, "64 KiB x 16")):
            self.compare(f"read {label}", {
                "ib_write_bw": lambda: self.perftest.bandwidth("ib_write_bw", total, block, depth),
                "Penstock, RDMA": lambda: rdma.transfer("read", total, block, depth),
                "Penstock, TCP": lambda: tcp.transfer("read", total, block, depth),
            })
            self.compare(f"write {label}", {
                "ib_read_bw": lambda: self.perftest.bandwidth("ib_read_bw", total, block, depth),
                "Penstock, RDMA": lambda: rdma.transfer("overwrite", total, block, depth),
                "Penstock, RDMA, new file": lambda: rdma.transfer("write", total, block, depth),
                "Penstock, TCP": lambda: tcp.transfer("overwrite", total, block, depth),
            })

    def pinned(self):
        """Reads of a file that the server keeps in registered memory: without its one copy."""
        options = ["--rdma", "require", "--pin-memory", "bench/big"]
        server = servers.Penstock({"bench": self.folder}, options=options)
        server.host, server.port = DEVICES[self.device], 445
        total = self.arguments.mebibytes * MEBIBYTE
        with server:
            deadline = time.monotonic() + PINNING_SECONDS
            while "pinned in memory" not in server.log_path.read_text():
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the file was not pinned\n{server.log_tail()}")
                time.sleep(0.1)
            rdma = RDMAClient(server, "rdma")
            for block, depth, label in ((MEBIBYTE, 8, "1 MiB x 8"), (65536, 16, "64 KiB x 16")):
                self.compare(f"pinned read {label}", {
                    "ib_write_bw":
                        lambda: self.perftest.bandwidth("ib_write_bw", total, block, depth),
                    "Penstock, RDMA": lambda: rdma.transfer("read", total, block, depth),
                })

    def small(self, server):
        rdma = RDMAClient(server, "rdma")
        # One processor: two programs that poll would starve each other, so both wait for events.
        self.compare("4 KiB x 1", {
            "ib_send_lat, there and back": lambda: self.perftest.round_trips(4096, 2000, "-e"),
            "Penstock, RDMA": lambda: rdma.random("big", 2000, 1),
        })
        self.compare("4 KiB x 32", {"Penstock, RDMA": lambda: rdma.random("big", 8000, 32)})

    def connections(self, server):
        rdma = RDMAClient(server, "rdma")
        total = self.arguments.mebibytes * MEBIBYTE
        # As many bytes in flight; each connection reads several blocks, one after the other.
        block = total // CONNECTIONS // BLOCKS_PER_CONNECTION
        self.compare("connections", {
            "1": lambda: rdma.many(total, block, CONNECTIONS, 1),
            f"{CONNECTIONS}": lambda: rdma.many(total, block, 1, CONNECTIONS),
        })

    def idle(self, server) -> float:
        """Bytes that each of many idle connections keeps pinned at the server."""
        def pinned() -> int:
            for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
                if line.startswith("VmPin:"):
                    return int(line.split()[1]) * 1024
            return 0

        before = pinned()
        client = RDMAClient(server, "rdma")
        holder = subprocess.Popen(
            [os.environ["PENSTOCK_BENCH"], "smb", f"{server.host}:{server.port}", "bench",
             client.login, "unsigned", "idle", str(CONNECTIONS)],
            env={**os.environ, "PENSTOCK_BENCH_TRANSPORT": "rdma"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            if not holder.stdout.readline().startswith(b"ready"):
                raise RuntimeError("the idle connections could not be made")
            return (pinned() - before) / CONNECTIONS
        finally:
            holder.stdin.close()
            holder.wait()

    def peers(self, server):
        total = self.arguments.mebibytes * MEBIBYTE
        rdma = RDMAClient(server, "rdma")
        mounts = {"kernel cifs, Penstock": lambda: kernel_mounts.cifs(server)}
        with kernel_mounts.NFSServer(self.folder, DEVICES[self.device]) as nfs:
            mounts["kernel NFS over RDMA"] = nfs.mount
            for kind in ("read", "write"):
                name = "big" if kind == "read" else "written"
                own = "read" if kind == "read" else "overwrite"

                def fio(mount, kind=kind, name=name):
                    with mount() as place:
                        return place.transfer(kind, name, total, MEBIBYTE, 8)

                self.compare(f"kernel {kind} 1 MiB x 8", {
                    "Penstock, RDMA": lambda: rdma.transfer(own, total, MEBIBYTE, 8),
                    **{name: lambda mount=mount: fio(mount) for name, mount in mounts.items()},
                })


@contextlib.contextmanager
def alone(device: str):
    """The machine with this device and no other: a session of ours takes every way there is."""
    others = [name for name in DEVICES if name != device]
    for name in others:
        subprocess.run(["rdma", "link", "delete", name], check=True)
    try:
        yield
    finally:
        for name in others:
            kind, interface = LINKS[name]
            subprocess.run(["rdma", "link", "add", name, "type", kind, "netdev", interface],
                           check=True)


def touch_memory():
    """The machine under the lab's gives it memory page by page as it is used for the first time,
    at a quarter of a GiB per second: whoever came first would pay for all."""
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemFree:"))
    # By the kernel, which needs no page faults for it.
    subprocess.run(["mount", "-o", "remount,size=90%", "/dev/shm"], check=True)
    place = pathlib.Path("/dev/shm/touched")
    with place.open("wb") as file:
        for _ in range(free * 3 // 4 // 1024):
            file.write(bytes(MEBIBYTE))
    place.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(prog="Tests/Bench/lab")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mebibytes", type=int, default=256, help="of one transfer")
    parser.add_argument("--device", choices=DEVICES, help="one device; both if not given")
    parser.add_argument("--only", help="comparisons whose title holds these words")
    parser.add_argument("--no-report", action="store_true")
    arguments = parser.parse_args()
    devices = [arguments.device] if arguments.device else list(DEVICES)
    benches = []
    touch_memory()
    for device in devices:
        with alone(device), \
                tempfile.TemporaryDirectory(prefix="bench-", dir="/dev/shm") as folder:
            bench = LabBench(arguments, device, pathlib.Path(folder))
            bench.run()
            benches.append(bench)
    text = lab_report.markdown(benches, arguments)
    print(text)
    if not arguments.no_report and not arguments.only:
        (pathlib.Path(os.environ["LAB_OUT"]) / "lab.md").write_text(text)
    return 1 if any(bench.broken for bench in benches) else 0


if __name__ == "__main__":
    sys.exit(main())
