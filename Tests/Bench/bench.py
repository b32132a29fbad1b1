"""Runs every comparison and writes the report. Started by Tests/Bench/run."""

import argparse
import contextlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Setup"))

import measure
import peers
import report
import servers

ROOT = HERE.parents[1]
PROTECTIONS = ("unsigned", "signed", "encrypted")
BLOCKS = {"1 MiB": 1 << 20, "8 MiB": 8 << 20}
IDLE_CONNECTIONS = 1000
RANDOM_READS = 20_000
FILE_COUNT = 10_000


class Bench:
    def __init__(self, arguments, folder: pathlib.Path):
        self.arguments = arguments
        self.folder = folder
        self.byte_count = int(arguments.gibibytes * measure.GIBIBYTE)
        self.broken: list[str] = []
        self.tables: list[report.Table] = []
        self.facts: dict[str, float] = {}

    def wanted(self, words: str) -> bool:
        return not self.arguments.only or self.arguments.only in words

    def compare(self, title: str, unit: str, contestants: dict):
        """Runs every contestant once per round, in turn, and keeps all samples."""
        if not self.wanted(title):
            return
        samples = {name: [] for name in contestants}
        for round_number in range(self.arguments.rounds):
            for name, run in contestants.items():
                if f"{title}: {name}" in self.broken:
                    continue
                try:
                    samples[name].append(run())
                except (RuntimeError, subprocess.TimeoutExpired, OSError, IndexError) as error:
                    self.broken.append(f"{title}: {name}")
                    print(f"BROKEN {title}: {name}: {error}", file=sys.stderr)
                    continue
                rate = samples[name][-1].rate / (measure.GIBIBYTE if unit == "GiB/s" else 1)
                print(f"{title} {round_number + 1}: {name}: {rate:.2f} {unit}", flush=True)
        self.tables.append(report.Table(title, unit, samples))

    # What is compared.

    def sequential(self, ours, samba, nginx, iperf, bare):
        clients = {
            "Penstock, own client": peers.OwnClient(ours),
            "Penstock, smbclient": peers.Smbclient(ours),
            "Samba, own client": peers.OwnClient(samba),
            "Samba, smbclient": peers.Smbclient(samba),
        }
        for protection in PROTECTIONS:
            contestants = {}
            for name, client in clients.items():
                if isinstance(client, peers.Smbclient):
                    contestants[name] = self.reading(client, protection)
                    continue
                for label, block in BLOCKS.items():
                    contestants[f"{name}, {label}"] = self.reading(client, protection, block)
            if protection == "unsigned":
                contestants["transport alone, 1 MiB"] = lambda: bare.read(self.byte_count, 1 << 20)
                contestants["nginx sendfile, curl"] = lambda: nginx.read("big", self.byte_count)
                contestants["iperf3"] = lambda: iperf.read(self.byte_count)
                # What Penstock's own sockets do when both ends are on one machine.
                contestants["unpaced iperf3"] = lambda: iperf.read(
                    self.byte_count, "--congestion", "reno"
                )
            self.compare(f"{protection} reads", "GiB/s", contestants)
        for protection in PROTECTIONS:
            contestants = {}
            for name, client in clients.items():
                if isinstance(client, peers.Smbclient):
                    contestants[name] = self.writing(client, protection)
                    continue
                for label, block in BLOCKS.items():
                    contestants[f"{name}, {label}"] = self.writing(client, protection, block)
            self.compare(f"{protection} writes", "GiB/s", contestants)

    def reading(self, client, protection: str, *block):
        return lambda: client.read(protection, "big", self.byte_count, *block)

    def writing(self, client, protection: str, *block):
        if isinstance(client, peers.Smbclient):
            return lambda: client.write(protection, self.folder / "big", self.byte_count)
        return lambda: client.write(protection, self.byte_count, *block)

    def small(self, ours, samba):
        for depth in (1, 32):
            self.compare(
                f"4 KiB random reads, {depth} in flight",
                "reads/s",
                {
                    name: lambda server=server: peers.OwnClient(server).random(
                        "big", RANDOM_READS, depth
                    )
                    for name, server in (("Penstock", ours), ("Samba", samba))
                },
            )
        if self.wanted("files"):
            self.many_files({"Penstock": ours, "Samba": samba})

    def many_files(self, contestants: dict):
        rates = {name: {"create": [], "stat": [], "delete": []} for name in contestants}
        for _ in range(max(1, self.arguments.rounds // 2)):
            for name, server in contestants.items():
                try:
                    for step, rate in peers.OwnClient(server).files(FILE_COUNT).items():
                        rates[name][step].append(rate)
                except (RuntimeError, subprocess.TimeoutExpired, IndexError) as error:
                    self.broken.append(f"files: {name}")
                    print(f"BROKEN files: {name}: {error}", file=sys.stderr)
        for step in ("create", "stat", "delete"):
            samples = {
                name: [measure.Sample(rate, 1, 0, 0) for rate in steps[step]]
                for name, steps in rates.items()
            }
            self.tables.append(report.Table(f"{step} {FILE_COUNT} files", "files/s", samples))

    # What is counted rather than timed.

    def idle_memory(self, ours):
        if not self.wanted("idle memory"):
            return
        before = measure.resident_bytes(ours.process.pid)
        command = [
            os.environ["PENSTOCK_BENCH"], "smb", f"{ours.host}:{ours.port}", "bench",
            peers.OwnClient(ours).login, "unsigned", "idle", IDLE_CONNECTIONS,
        ]
        client = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = client.stdout.readline()
        # Longer than the reactors keep buffers that nobody uses.
        time.sleep(4)
        during = measure.resident_bytes(ours.process.pid)
        client.stdin.close()
        if client.wait() != 0 or not line.startswith("ready"):
            self.broken.append("idle memory")
            return
        self.facts["idle memory before, MiB"] = before / (1 << 20)
        self.facts["idle memory, MiB"] = during / (1 << 20)

    def allocations(self):
        if not self.wanted("allocations"):
            return
        counter = self.folder / "allocations"
        environment = {
            "LD_PRELOAD": str(ROOT / ".build/bench/allocations.so"),
            "ALLOCATION_COUNT_FILE": str(counter),
        }
        with changed_environment(environment):
            server = servers.Penstock({"bench": self.folder / "share"}).__enter__()
        try:
            client = peers.OwnClient(server)

            def allocated(count: int, block: int) -> int:
                start = int.from_bytes(counter.read_bytes()[:8], "little")
                if block == 4096:
                    client.random("big", count, 1)
                else:
                    client.read("unsigned", "big", count * block, block)
                time.sleep(0.5)
                return int.from_bytes(counter.read_bytes()[:8], "little") - start

            for name, block, few, many in (
                ("4 KiB", 4096, 1000, 11_000),
                ("1 MiB", 1 << 20, 100, self.byte_count >> 20),
            ):
                allocated(few, block)
                difference = allocated(many, block) - allocated(few, block)
                self.facts[f"allocations per {name} READ"] = difference / (many - few)
        except (RuntimeError, OSError, IndexError) as error:
            self.broken.append("allocations")
            print(f"BROKEN allocations: {error}", file=sys.stderr)
        finally:
            server.__exit__()


class BareTransport:
    """Penstock's transport without SMB above it."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def __enter__(self):
        self.process = subprocess.Popen(
            [os.environ["PENSTOCK_BENCH"], "transport-serve", str(self.path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = self.process.stdout.readline().rsplit(":", 1)[1].strip()
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()

    def read(self, byte_count: int, block: int) -> measure.Sample:
        command = [
            os.environ["PENSTOCK_BENCH"], "transport-read", self.port, byte_count, block, 8,
        ]
        sample = measure.timed(command, byte_count, self.process.pid)
        sample.seconds = float(sample.output.split()[1])
        return sample


@contextlib.contextmanager
def changed_environment(changes: dict):
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def make_file(path: pathlib.Path, byte_count: int):
    """Bytes that no two places share, so that nothing on the way can save work."""
    with path.open("wb") as file:
        for _ in range(0, byte_count, 1 << 20):
            file.write(os.urandom(1 << 20))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gibibytes", type=float, default=1)
    parser.add_argument("--only", help="run only comparisons whose title has these words")
    parser.add_argument("--no-report", action="store_true", help="leave Spec/Performance.md alone")
    parser.add_argument(
        "--realtime",
        action="store_true",
        help="run before everything else on this machine, which is busy (needs root)",
    )
    arguments = parser.parse_args()
    if arguments.realtime:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    with tempfile.TemporaryDirectory(prefix="penstock-bench-", dir="/dev/shm") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        share = folder / "share"
        share.mkdir()
        bench = Bench(arguments, folder)
        make_file(share / "big", bench.byte_count)
        (folder / "big").symlink_to(share / "big")
        with contextlib.ExitStack() as stack:
            ours = stack.enter_context(servers.Penstock({"bench": share}))
            samba = stack.enter_context(servers.Samba({"bench": share}))
            nginx = stack.enter_context(peers.Nginx(share))
            iperf = stack.enter_context(peers.Iperf())
            bare = stack.enter_context(BareTransport(share / "big"))
            bench.sequential(ours, samba, nginx, iperf, bare)
            bench.small(ours, samba)
        # The memory of a server that has done nothing else.
        with servers.Penstock({"bench": share}) as ours:
            bench.idle_memory(ours)
        bench.allocations()

    text = report.markdown(bench.tables, bench.facts, bench.broken, arguments)
    print(text)
    results = ROOT / ".build" / "bench" / "results.json"
    results.write_text(json.dumps(report.raw(bench.tables, bench.facts), indent=1))
    if not arguments.no_report and not arguments.only:
        report.replace_generated(ROOT / "Spec" / "Performance.md", text)
    if bench.broken:
        print("broken: " + ", ".join(bench.broken), file=sys.stderr)
    return 1 if bench.broken else 0


if __name__ == "__main__":
    sys.exit(main())
