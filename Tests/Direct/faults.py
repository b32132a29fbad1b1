"""Copies that never stop while the fabric, the server and the network fail at random."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "Load"))

import cable
import fabric
from fabric import LOCAL, LOOPBACK, SHARED, Copy

COPIED_BYTES = 64 << 20
# What copies take for a block of a MiB, so that most of the time there are some.
BLOCK_MICROSECONDS = 30_000
# The status of a copy that finds no server.
UNREACHABLE = 5
BENCH = os.environ["PENSTOCK_BENCH"]
# RoCE at both ends of a cable, which netem can spoil; iWARP as TCP within the machine.
ROCE, IWARP = ("rxe-0", "rxe-1"), "siw0"
PATIENCE = 600
OPERATIONS = 400


class Faults:
    """One function for each kind: it lasts a while, and is over when the function returns."""

    def __init__(self, server, wire, chance):
        self.server, self.wire, self.chance = server, wire, chance
        self.kinds = {
            "RoCE link down": self.roce_down,
            "iWARP link down": self.iwarp_down,
            "RoCE device removed": lambda hold: self.removed(hold, chance.choice(ROCE)),
            "RoCE removed": lambda hold: self.removed(hold, *ROCE),
            "iWARP device removed": lambda hold: self.removed(hold, IWARP),
            "all devices removed": lambda hold: self.removed(hold, *ROCE, IWARP),
            "server stopped": self.stopped,
            "RoCE packets spoilt": lambda hold: self.spoilt(hold, self.wire_interfaces(), how()),
            "other packets spoilt": lambda hold: self.spoilt(hold, ["lo"], how()),
            "RoCE swallowed": self.swallowed,
            "everything else swallowed": lambda hold: self.spoilt(hold, ["lo"], ["loss", "100%"]),
        }

        def how():
            """0.1 to 5 % of the packets, or a few milliseconds."""
            share = f"{chance.uniform(0.1, 5):.2f}%"
            return chance.choice([
                ["loss", share], ["duplicate", share], ["corrupt", share],
                ["delay", "3ms", "2ms"], ["delay", "2ms", "reorder", f"{chance.randint(5, 95)}%"],
            ])

    def wire_interfaces(self):
        return [self.wire.name("rxe", end) for end in (0, 1)]

    def roce_down(self, hold):
        interface = self.chance.choice(self.wire_interfaces())
        fabric.ended(fabric.link(interface, "down"), "setting it down")
        time.sleep(hold)
        fabric.ended(fabric.link(interface, "up"), "setting it up")
        self.wire.route("rxe")
        # Linux 6.1 loses a soft-RoCE device when a process ends while its link is down.
        self.removed(0, *ROCE)

    def iwarp_down(self, hold):
        fabric.ended(fabric.link("d0", "down"), "setting it down")
        time.sleep(hold)
        fabric.ended(fabric.link("d0", "up"), "setting it up")

    def removed(self, hold, *names):
        takings = [subprocess.Popen(["rdma", "link", "delete", name]) for name in names]
        for taking in takings:
            fabric.ended(taking, "rdma link delete")
        time.sleep(hold)
        for name in names:
            self.add(name)

    def add(self, name):
        if name == IWARP:
            fabric.run("rdma", "link", "add", name, "type", "siw", "netdev", "d0")
        else:
            self.wire.add("rxe", ROCE.index(name))

    @staticmethod
    def spoilt(hold, interfaces, how):
        for interface in interfaces:
            fabric.run("tc", "qdisc", "replace", "dev", interface, "root", "netem",
                       "limit", "10000", *how)
        time.sleep(hold)
        for interface in interfaces:
            fabric.run("tc", "qdisc", "del", "dev", interface, "root")

    def swallowed(self, hold):
        self.spoilt(hold * 2, self.wire_interfaces(), ["loss", "100%"])

    def stopped(self, hold):
        self.server.process.send_signal(signal.SIGSTOP)
        time.sleep(hold * 3)
        self.server.process.send_signal(signal.SIGCONT)

    def killed(self, hold):
        self.server.kill()
        time.sleep(hold)
        self.server.start()


class Load(threading.Thread):
    """Does one piece of work after the other until it is told to stop, or one goes wrong."""

    def __init__(self):
        super().__init__()
        self.is_over = False
        self.error = None
        self.count = 0

    def run(self):
        try:
            while not self.is_over:
                self.work()
                self.count += 1
        except Exception as error:
            self.error = f"{type(self).__name__} {self.count}: {type(error).__name__}: {error}"


class Copies(Load):
    """One after the other, each compared with what it should be. Where servers die, whoever finds
    none begins anew."""

    def __init__(self, verb, begins_anew=False):
        super().__init__()
        self.verb, self.begins_anew = verb, begins_anew
        self.losses = self.returns = self.failures = 0

    def work(self):
        name = f"{self.verb}{self.count}"
        source = (LOCAL if self.verb == "put" else SHARED) / name
        fabric.make(source, COPIED_BYTES)
        news = self.copy(name)
        self.losses += news.count("penstock: lost ")
        self.returns += news.count("penstock: connected by RDMA")
        source.unlink()

    def copy(self, name):
        while True:
            try:
                return Copy(self.verb, LOOPBACK, name).finish(BLOCK_MICROSECONDS)
            except fabric.CopyFailed as error:
                if not self.begins_anew or error.status != UNREACHABLE:
                    raise
                self.failures += 1
                time.sleep(0.1)

    def told(self):
        return (f"{self.count} x {self.verb}, {self.losses} connections lost, "
                f"{self.returns} by RDMA, {self.failures} begun anew")


class Shadows(Load):
    """Random reads, writes and truncations of a file, each compared with a copy in memory: a write
    that is repeated too late, or lost, is found by the next look at its place."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed
        self.interruptions = 0

    def work(self):
        login = fabric.WORK / "login"
        login.write_text("username=ada\npassword=secret\n")
        login.chmod(0o600)
        end = subprocess.run(
            [BENCH, "smb", f"{LOOPBACK}:{fabric.PORT}", "data", str(login), "unsigned",
             "shadow", "shadow", str(OPERATIONS), str(self.seed + self.count), "1"],
            env={**os.environ, "PENSTOCK_BENCH_TRANSPORT": "auto"},
            capture_output=True, text=True, timeout=PATIENCE,
        )
        assert end.returncode == 0, f"seed {self.seed + self.count}: {end.stderr} {end.stdout}"
        self.interruptions += int(end.stdout.split("interrupted ")[1].split()[0])

    def told(self):
        return f"{self.count} x {OPERATIONS} operations, interrupted {self.interruptions} times"


def play(kinds, numbers, chance, loads):
    names = sorted(kinds)
    for load in loads:
        load.start()
    try:
        for number in numbers:
            name = chance.choice(names)
            hold, rest = chance.uniform(0.05, 0.9), chance.uniform(0.05, 0.5)
            print(f"        fault {number}: {name} for {hold:.2f} s", flush=True)
            kinds[name](hold)
            time.sleep(rest)
            if any(load.error for load in loads):
                break
    finally:
        for load in loads:
            load.is_over = True
        for load in loads:
            load.join()
    errors = [load.error for load in loads if load.error]
    assert not errors, "\n".join(errors)
    for load in loads:
        print("        " + load.told())


class Checks:
    def __init__(self, seed, server):
        self.seed, self.server = seed, server
        self.passed = self.failed = 0

    def check(self, name, body):
        started = time.monotonic()
        try:
            body()
            self.passed += 1
            print(f"ok      {name} ({time.monotonic() - started:.1f} s)")
        except Exception as error:
            self.failed += 1
            print(f"FAILED  {name} (seed {self.seed}): {type(error).__name__}: {error}")
            print("the server says:\n" + self.server.news())


def lost_and_found(copies):
    for load in copies:
        assert load.losses > 0 and load.returns > 0, load.told()


def all_connect():
    def peers():
        return {channel["peer"].split(" ")[0] for channel in fabric.channels()
                if channel["transport"] == "rdma"}

    fabric.eventually("a client connects by all devices", lambda: len(peers()) == 3)


def holdings(server):
    held = server.descriptors()
    # What librdmacm closes when it meets the next device.
    held.pop("/dev/null", None)
    return held


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    print(f"seed {given.seed}: Tests/Direct/faults --seed {given.seed} --count {given.count}")
    chance = random.Random(given.seed)
    wire = cable.Cable()
    wire.use("rxe")
    fabric.run("rdma", "link", "add", IWARP, "type", "siw", "netdev", "d0")
    server = fabric.Server([*ROCE, IWARP])
    held = holdings(server)
    faults = Faults(server, wire, chance)
    checks = Checks(given.seed, server)
    check = checks.check

    def afterwards():
        server.listens_everywhere()
        check("afterwards, all connections come back", all_connect)
        check("the server holds what it held at first", lambda: fabric.eventually(
            "it lets go", lambda: holdings(server) == held
        ))

    last = given.count // 5
    first = given.count - last
    copies = [Copies("put"), Copies("get")]
    check(f"{first} faults", lambda: play(
        faults.kinds, range(1, first + 1), chance, [*copies, Shadows(given.seed + 1)]
    ))
    check("RDMA was lost and found", lambda: lost_and_found(copies))
    afterwards()
    # A server that dies takes its opens with it: the copies begin anew, the shadow could not.
    deadly = {"server killed": faults.killed, "and killed": faults.killed,
              "and once more": faults.killed}
    check(f"{last} faults with servers that die", lambda: play(
        {**faults.kinds, **deadly}, range(first + 1, given.count + 1), chance,
        [Copies("put", True), Copies("get", True)],
    ))
    afterwards()
    check("the server ends in order", lambda: fabric.eventually(
        "status 0", lambda: server.stop() == 0
    ))
    print(f"faults: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
