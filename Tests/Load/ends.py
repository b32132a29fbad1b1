"""Our server and client in the lab, and what the kernel knows of them."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Setup"))
import servers  # noqa: E402

PENSTOCK = os.environ["PENSTOCK"]
BENCH = os.environ["PENSTOCK_BENCH"]
WORK = pathlib.Path("/dev/shm/load")
SHARED = WORK / "shared"
LOCAL = WORK / "local"
PORT = 4450
PATIENCE = 120


def run(*command, check=True, **options):
    return subprocess.run(command, check=check, capture_output=True, text=True, **options)


def until(what, seconds=PATIENCE):
    """Waits for something that others bring about; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.05)


@contextlib.contextmanager
def only(name):
    """Takes the device of the other fabric away meanwhile: a session uses all there are."""
    device, network = ("siw0", "d0") if name == "rxe" else ("rxe0", "v0")
    run("rdma", "link", "delete", device)
    try:
        yield
    finally:
        run("rdma", "link", "add", device, "type", device[:3], "netdev", network)


class Server:
    """`penstock serve`, once it says that it listens on so many devices."""

    def __init__(self, devices=1, prefix=(), options=("--rdma", "require")):
        users = WORK / "users"
        users.write_text("ada:secret\n")
        login = WORK / "login"
        login.write_text("username=ada\npassword=secret\n")
        for path in (users, login):
            path.chmod(0o600)
        if prefix:
            os.chown(users, 65534, 65534)
        self.log = WORK / f"server-{time.monotonic_ns()}.log"
        command = [*prefix, PENSTOCK, "serve", f"data={SHARED}", "--listen", f"0.0.0.0:{PORT}",
                   "--users", str(users), *options]
        try:
            with open(self.log, "wb") as log:
                self.process, _ = servers.begin(command, log, devices, PATIENCE)
        except RuntimeError as error:
            raise AssertionError(f"{error}: {self.said()}") from None

    def said(self):
        return self.log.read_text()[-4000:]

    def pinned(self):
        """KiB that devices have locked."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmPin:")[1].split()[0])

    def objects(self, kind):
        """How many queue pairs (qp) or others of the process there are."""
        answer = run("rdma", "-j", "-d", "resource", "show", kind)
        # The kernel names the thread that made it.
        threads = set(map(int, os.listdir(f"/proc/{self.process.pid}/task")))
        return sum(entry.get("pid") in threads for entry in json.loads(answer.stdout))

    def is_idle(self):
        """Without any connection; the listener has queue pairs of its own on no device."""
        return self.objects("qp") == 0

    def stop(self):
        assert self.process.poll() is None, "the server has died: " + self.said()
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        assert status == 0, f"the server ended with status {status}: {self.said()}"


def bench(host, *load, protection="unsigned", transport="rdma", patience=PATIENCE, prefix=()):
    """What a load of penstock-bench prints; it must succeed."""
    answer = run(
        *prefix, BENCH, "smb", f"{host}:{PORT}", "data", str(WORK / "login"), protection,
        *map(str, load), check=False, timeout=patience,
        env={**os.environ, "PENSTOCK_BENCH_TRANSPORT": transport},
    )
    assert answer.returncode == 0, f"status {answer.returncode}: {answer.stderr[-2000:]}"
    return answer.stdout


def penstock(*words, prefix=(), patience=PATIENCE):
    """The end of a run of the program, whatever it is."""
    return run(
        *prefix, PENSTOCK, *map(str, words), check=False, stdin=subprocess.DEVNULL,
        timeout=patience, env={**os.environ, "PENSTOCK_PASSWORD": "secret"},
    )


def address(host, name):
    return f"smb://ada@{host}:{PORT}/data/{name}"


def prepare():
    for folder in (SHARED, LOCAL):
        folder.mkdir(parents=True)


def main(title, cases):
    """Runs the cases that were asked for, a line for each, and counts them."""
    passed = failed = 0
    for name, body in cases:
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        started = time.monotonic()
        try:
            body()
            passed += 1
            print(f"ok      {title}: {name} ({time.monotonic() - started:.1f} s)")
        except Exception as error:
            failed += 1
            print(f"FAILED  {title}: {name}: {type(error).__name__}: {error}")
            for log in sorted(WORK.glob("server-*.log"))[-1:]:
                print("  the server: " + log.read_text()[-1200:].replace("\n", "\n  "))
    print(f"{title}: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)
