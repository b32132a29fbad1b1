"""perftest, timed by the wall clock.

The lab's processor says nothing of its frequency, so perftest prints bandwidths of zero. The time
of a long run less that of a short one is the time of the iterations between them, whatever the
start of the programs costs.
"""

import subprocess
import time

import measure
import peers
import servers


# A run is so many times as long as ours: what is taken off for the start is as large as 256 MiB.
REPETITIONS = 8


class Perftest:
    """One device, and the address that its network interface has."""

    def __init__(self, device: str, address: str):
        self.device = device
        self.address = address
        # siw knows no way but the connection manager; rxe has RoCEv2 at the second GID.
        self.way = ["-R"] if device.startswith("siw") else ["-x", "1"]

    def seconds(self, tool: str, count: int, *options) -> float:
        # Under load the server's second socket comes a moment after the one that can be seen.
        for attempt in range(5):
            try:
                return self.attempt(tool, count, *options)
            except ConnectionRefusedError:
                time.sleep(0.2 * (attempt + 1))
        raise RuntimeError(f"{tool}: its server refuses connections")

    def attempt(self, tool: str, count: int, *options) -> float:
        port = servers.free_port()
        command = [tool, "-d", self.device, *self.way, "-F", "-p", port, "-n", count, *options]
        command = [str(word) for word in command]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            peers.wait_until_listening(port)
            start = time.monotonic()
            client = subprocess.run(
                [*command, self.address], capture_output=True, text=True, timeout=120)
            elapsed = time.monotonic() - start
            if "Connection refused" in client.stderr + client.stdout:
                raise ConnectionRefusedError
            if client.returncode != 0:
                raise RuntimeError(f"{tool}: {client.stdout[-300:]}{client.stderr[-300:]}")
            return elapsed
        finally:
            server.kill()
            server.wait()

    def difference(self, tool: str, count: int, *options) -> tuple[float, float]:
        """Wall seconds, and busy seconds of the machine, of `count` iterations."""
        few = max(5, count // 10)
        before = measure.machine_seconds()
        short = self.seconds(tool, few, *options)
        middle = measure.machine_seconds()
        long = self.seconds(tool, few + count, *options)
        after = measure.machine_seconds()
        if long <= short:
            raise RuntimeError(f"{tool}: {count} iterations are lost in what its start takes")
        return long - short, (after - middle) - (middle - before)

    def bandwidth(self, tool: str, byte_count: int, block: int, depth: int) -> measure.Sample:
        count = REPETITIONS * byte_count // block
        options = ["-s", block, "-t", depth] + (["-o", 16] if "read" in tool else [])
        seconds, machine = self.difference(tool, count, *options)
        return measure.Sample(count * block, seconds, machine, machine)

    def round_trips(self, size: int, count: int, *options) -> measure.Sample:
        """ib_send_lat: each iteration is a message there and one back."""
        seconds, machine = self.difference("ib_send_lat", count, "-s", size, *options)
        return measure.Sample(count, seconds, machine, machine)
