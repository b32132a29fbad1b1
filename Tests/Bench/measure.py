"""Times a command, and what it cost the machine and the processes concerned."""

import dataclasses
import os
import resource
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
GIBIBYTE = 1 << 30


@dataclasses.dataclass
class Sample:
    """One run: how much was done, in which time, with how much processor time."""

    amount: float
    seconds: float
    machine_seconds: float
    process_seconds: float
    output: str = ""

    @property
    def rate(self) -> float:
        return self.amount / self.seconds


def machine_seconds() -> float:
    """Busy seconds of all processors since boot: user, nice, system, irq, softirq."""
    with open("/proc/stat") as file:
        fields = [int(word) for word in file.readline().split()[1:]]
    return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / TICKS


def tree_seconds(root: int) -> float:
    """Processor seconds of a process, of its descendants, and of those they have waited for."""
    parents, times = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        times[int(name)] = sum(int(word) for word in fields[11:15]) / TICKS
    total = 0.0
    for process, seconds in times.items():
        ancestor = process
        while ancestor > 1 and ancestor != root:
            ancestor = parents.get(ancestor, 0)
        if ancestor == root:
            total += seconds
    return total


def resident_bytes(root: int) -> int:
    """Resident memory of a process without its descendants."""
    with open(f"/proc/{root}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
    return 0


def children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command: list[str], amount: float, server: int | None, **options) -> Sample:
    """Runs a client against a server (its process number) that is there already."""
    server_before = tree_seconds(server) if server else 0.0
    client_before = children_seconds()
    machine_before = machine_seconds()
    start = time.monotonic()
    result = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=300,
        **options,
    )
    seconds = time.monotonic() - start
    machine = machine_seconds() - machine_before
    processes = children_seconds() - client_before
    if server:
        processes += tree_seconds(server) - server_before
    if result.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise RuntimeError(f"{shown}\nended with {result.returncode}:\n{result.stdout[-2000:]}")
    return Sample(amount, seconds, machine, processes, result.stdout)
