"""What one request costs each end: Tests/Bench/counts starts it, on the lab machine.

Every load runs twice, with few and with many requests; the difference is divided by the requests
between them, so that the start of a program costs nothing here. Switches, faults and processor time
are taken from runs that nobody watches; system calls from runs under strace, which slows both ends
down, so that they batch differently: those are near, not exact.
"""

import argparse
import collections
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Setup"))

import lab
import measure
import peers
import servers

# The client warms up with an eighth of what it is told to transfer.
WARM_UP = 1 + 1 / 8
CALLS_SHOWN = 6
END_SECONDS = 60


class Cost(collections.Counter):
    """Counts of one process, or of the machine; what it was before can be taken off."""

    def per(self, requests: float) -> dict[str, float]:
        return {name: value / requests for name, value in self.items()}


def usage_cost(usage) -> Cost:
    """Of a process that has ended."""
    return Cost({
        "user us": usage.ru_utime * 1e6,
        "system us": usage.ru_stime * 1e6,
        "switches": usage.ru_nvcsw,
        "forced": usage.ru_nivcsw,
        "faults": usage.ru_minflt,
    })


def process_cost(process: int) -> Cost:
    """Of a process that goes on."""
    cost = Cost()
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    cost["faults"] = int(fields[7])
    cost["user us"] = int(fields[11]) * 1e6 / measure.TICKS
    cost["system us"] = int(fields[12]) * 1e6 / measure.TICKS
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                cost["switches"] += int(line.split()[1])
            elif line.startswith("nonvoluntary_ctxt_switches:"):
                cost["forced"] += int(line.split()[1])
    return cost


def machine_cost() -> Cost:
    cost = Cost()
    for line in pathlib.Path("/proc/stat").read_text().splitlines():
        words = line.split()
        if words[0] == "cpu":
            user, nice, system, _, _, irq, softirq = (int(word) for word in words[1:8])
            cost["user us"] = (user + nice) * 1e6 / measure.TICKS
            cost["system us"] = (system + irq + softirq) * 1e6 / measure.TICKS
        elif words[0] == "ctxt":
            cost["switches"] = int(words[1])
    return cost


def calls(path: pathlib.Path) -> Cost:
    """What strace -c has counted."""
    cost = Cost()
    for line in path.read_text().splitlines():
        words = line.split()
        # Share, seconds, each, calls, perhaps errors, name.
        if len(words) >= 5 and words[3].isdigit() and words[-1] != "total":
            cost[words[-1]] += int(words[3])
    return cost


class Watch:
    """strace on a process that is there already."""

    def __init__(self, process: int, path: pathlib.Path):
        self.path = path
        self.strace = subprocess.Popen(
            ["strace", "-f", "-c", "-o", str(path), "-p", str(process)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.strace.stderr.readline()

    def end(self) -> Cost:
        self.strace.send_signal(signal.SIGINT)
        self.strace.wait(END_SECONDS)
        return calls(self.path)


def ended(process: subprocess.Popen):
    """Waits for a process; what it used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def start(command: list, trace: pathlib.Path | None) -> subprocess.Popen:
    words = [str(word) for word in command]
    if trace:
        words = ["strace", "-f", "-c", "-o", str(trace), *words]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


class Ours:
    ends = ("server", "client")

    def __init__(self, server: servers.Server, words, per_request: int):
        self.server = server
        self.client = lab.RDMAClient(server, "rdma")
        self.words = words
        self.per_request = per_request

    def requests(self, count: int) -> float:
        return count * WARM_UP if self.per_request > 1 else count

    def run(self, count: int, traces) -> dict[str, Cost]:
        process = self.server.process.pid
        amount = count * self.per_request
        words = [amount if word == "AMOUNT" else word for word in self.words]
        command = [os.environ["PENSTOCK_BENCH"], "smb", f"{self.server.host}:{self.server.port}",
                   "bench", self.client.login, "unsigned", *words]
        os.environ["PENSTOCK_BENCH_TRANSPORT"] = "rdma"
        watch = Watch(process, traces[0]) if traces else None
        before = process_cost(process)
        client = start(command, traces[1] if traces else None)
        usage = ended(client)
        if client.returncode != 0:
            raise RuntimeError(f"{' '.join(str(word) for word in command)}: {client.returncode}")
        if traces:
            return {"server": watch.end(), "client": calls(traces[1])}
        after = process_cost(process)
        after.subtract(before)
        return {"server": after, "client": usage_cost(usage)}


class Theirs:
    """perftest. Its passive end does nothing for one-sided requests but wait."""

    def __init__(self, device: str, tool: str, options):
        self.tool = tool
        self.ends = (f"{tool}, passive", f"{tool}, active")
        self.address = lab.DEVICES[device]
        self.way = ["-R"] if device.startswith("siw") else ["-x", "1"]
        self.command = [tool, "-d", device, *self.way, "-F", *options]

    def requests(self, count: int) -> float:
        return count

    def run(self, count: int, traces) -> dict[str, Cost]:
        port = servers.free_port()
        command = [*self.command, "-p", port, "-n", count]
        passive = start(command, traces[0] if traces else None)
        peers.wait_until_listening(int(port))
        time.sleep(0.5)
        active = start([*command, self.address], traces[1] if traces else None)
        usages = [ended(passive), ended(active)]
        if active.returncode != 0:
            raise RuntimeError(f"{self.tool}: {active.returncode}")
        costs = [calls(trace) for trace in traces] if traces else [usage_cost(u) for u in usages]
        return dict(zip(self.ends, costs))


def difference(job, few: int, many: int, traces=None) -> dict[str, dict[str, float]]:
    """Per request, of each end; of the machine too where nobody watches."""
    results = []
    for count in (few, many):
        before, begun = machine_cost(), time.monotonic()
        result = job.run(count, traces)
        after = machine_cost()
        after.subtract(before)
        after["wall us"] = (time.monotonic() - begun) * 1e6
        if not traces:
            result["machine"] = after
        results.append(result)
    requests = job.requests(many) - job.requests(few)
    for name, cost in results[1].items():
        cost.subtract(results[0][name])
    return {name: cost.per(requests) for name, cost in results[1].items()}


def rows(label: str, job, few: int, many: int, arguments) -> list[str]:
    plain = difference(job, few, many)
    traced: dict[str, dict[str, float]] = {}
    if not arguments.no_calls:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            paths = [pathlib.Path(folder) / name for name in ("passive", "active")]
            traced = difference(job, few, many, paths)
    lines = []
    for name, cost in plain.items():
        made = traced.get(name, {})
        names = sorted(made, key=lambda call: -made[call])
        listed = ", ".join(f"{call} {made[call]:.2f}" for call in names[:CALLS_SHOWN]
                           if made[call] >= 0.02)
        cells = [f"{cost.get(column, 0):.0f}" for column in ("wall us", "user us", "system us")]
        cells += [f"{cost.get(column, 0):.2f}" for column in ("switches", "forced", "faults")]
        # Programs that ask for the time in a loop do it more often the longer they start.
        total = f"{sum(max(count, 0) for count in made.values()):.2f}" if made else ""
        lines.append(f"| {label} | {name} | {' | '.join(cells)} | {total} | {listed} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def loads(device: str, server):
    """Label, jobs, few and many requests."""
    mebibyte = lab.MEBIBYTE
    for block, depth, label, few, many in (
            (mebibyte, 8, "1 MiB x 8", 64, 256), (65536, 16, "64 KiB x 16", 512, 4096)):
        for kind, own, tool, name in (("read", "read", "ib_write_bw", "big"),
                                      ("write", "overwrite", "ib_read_bw", "written")):
            options = ["-s", block, "-t", depth] + (["-o", 16] if tool == "ib_read_bw" else [])
            yield f"{kind} {label}", few, many, [
                Theirs(device, tool, options),
                Ours(server, [own, name, "AMOUNT", block, depth], block)]
    yield "4 KiB x 1", 500, 2500, [
        Theirs(device, "ib_send_lat", ["-s", 4096, "-e"]),
        Ours(server, ["random", "big", "AMOUNT", 4096, 1], 1)]
    yield "4 KiB x 32", 3200, 12800, [Ours(server, ["random", "big", "AMOUNT", 4096, 32], 1)]
    # Every connection reads a few blocks of 128 KiB, one after the other.
    block = 256 * mebibyte // lab.CONNECTIONS // lab.BLOCKS_PER_CONNECTION
    for connections in (1, lab.CONNECTIONS):
        words = ["many", "big", "AMOUNT", block, lab.CONNECTIONS // connections, connections]
        yield f"{connections} connections", 512, 2048, [Ours(server, words, block)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="Tests/Bench/counts")
    parser.add_argument("--device", choices=lab.DEVICES, help="one device; both if not given")
    parser.add_argument("--only", help="loads whose name holds these words")
    parser.add_argument("--no-calls", action="store_true", help="without strace")
    arguments = parser.parse_args()
    lab.touch_memory()
    text = []
    for device in [arguments.device] if arguments.device else list(lab.DEVICES):
        lines = []
        with lab.alone(device), tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            for name in ("big", "written"):
                with (pathlib.Path(folder) / name).open("wb") as file:
                    for block in range(256):
                        file.write(bytes([block]) * lab.MEBIBYTE)
            server = servers.Penstock({"bench": folder}, options=["--rdma", "require"])
            server.host, server.port = lab.DEVICES[device], 445
            with server:
                for label, few, many, jobs in loads(device, server):
                    if arguments.only and arguments.only not in label:
                        continue
                    for job in jobs:
                        lines += rows(label, job, few, many, arguments)
        columns = ["load", "end", "wall us", "user us", "system us", "switches", "forced", "faults",
                   "calls"]
        text += [f"\n### {device}, per request\n",
                 f"| {' | '.join(columns)} | of which |",
                 "|---|---|" + "---:|" * 7 + "---|", *lines]
    print("\n".join(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
