"""Starts the SMB servers that the tests drive: our own, and Samba's smbd to compare with.

Both listen on a port of their own, export folders under names (read-only where the folder ends
in `:ro`), know one user, and end with the block:

    with Penstock({"models": folder}) as server:
        ... server.host, server.port, server.user, server.password
"""

import getpass
import os
import pathlib
import secrets
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_root(command: list[str]) -> list[str]:
    return command if os.geteuid() == 0 else ["sudo", *command]


def begin(command, log, devices: int = 0, patience: float = 120):
    """Starts `penstock serve`, and waits until it says that it listens by TCP, and on so many RDMA
    devices. Returns the process, and what it said of where."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, bufsize=0)
    addresses = {"rdma": [], "tcp": []}
    while not addresses["tcp"] or len(addresses["rdma"]) < devices:
        # Unbuffered: what select(2) does not see has not been said.
        says = select.select([process.stdout], [], [], patience)[0]
        line = process.stdout.readline().decode() if says else ""
        if not line.startswith("ready "):
            process.kill()
            process.wait()
            process.stdout.close()
            raise RuntimeError(f"penstock serve did not start: {line!r} after {addresses}")
        addresses["rdma" if line.startswith("ready rdma ") else "tcp"].append(line.split()[-1])
    return process, addresses


class Server:
    """What both have in common: a private folder, a port, one user, a process."""

    name = ""
    start_seconds = 20

    def __init__(self, shares: dict, options: list[str] = (), host: str = "127.0.0.1"):
        self.shares = {name: str(path) for name, path in shares.items()}
        self.options = list(options)
        self.host = host
        self.port = 0
        self.user = getpass.getuser()
        self.password = secrets.token_urlsafe(12)
        self.process = None
        self.status = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.log_path = self.folder / "log"
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *exception):
        self.stop()
        self.remove()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log_tail(self, lines: int = 20) -> str:
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def restart(self):
        self.stop()
        self.start()

    def remove(self):
        if os.environ.get("KEEP_SERVER_FOLDER"):
            print(f"{self.name}: kept {self.folder}")
            return
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for(server: Server):
    """Returns when the server takes connections."""
    deadline = time.monotonic() + server.start_seconds
    while True:
        try:
            socket.create_connection((server.host, server.port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline or not server.running():
                raise RuntimeError(f"{server.name} did not start\n{server.log_tail()}") from None
            time.sleep(0.05)


class Penstock(Server):
    """`penstock serve`, from PENSTOCK or the newest build in the checkout."""

    name = "penstock"

    @staticmethod
    def binary() -> str:
        if "PENSTOCK" in os.environ:
            return os.environ["PENSTOCK"]
        builds = [ROOT / ".build" / kind / "penstock" for kind in ("release", "debug")]
        builds = [path for path in builds if path.exists()]
        if not builds:
            raise SystemExit("no penstock to test: swift build --product penstock")
        return str(max(builds, key=lambda path: path.stat().st_mtime))

    def start(self):
        users = self.folder / "users"
        users.touch(mode=0o600)
        users.write_text(f"{self.user}:{self.password}\n")
        shares = [f"{name}={path}" for name, path in self.shares.items()]
        listen = f"{self.host}:{self.port}"
        command = [self.binary(), "serve", *shares, "--listen", listen, "--users", users]
        try:
            with self.log_path.open("ab") as log:
                self.process, addresses = begin([*command, *self.options], log)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.log_tail()}") from None
        self.port = int(addresses["tcp"][0].rsplit(":", 1)[1])

    def stop(self) -> int:
        """Ends it as an administrator would; returns its exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = -signal.SIGKILL
        self.process.stdout.close()
        self.process = None
        self.status = status
        return status


class Samba(Server):
    """Samba's smbd with a configuration of its own; the machine's is left alone."""

    name = "samba"

    def start(self):
        self.port = self.port or free_port()
        for part in ("private", "lock", "state", "cache", "pid", "ncalrpc"):
            (self.folder / part).mkdir(mode=0o755, exist_ok=True)
        self.configuration = self.folder / "smb.conf"
        self.configuration.write_text(self.settings())
        if not (self.folder / "private" / "passdb.tdb").exists():
            subprocess.run(
                as_root(["smbpasswd", "-c", str(self.configuration), "-s", "-a", self.user]),
                input=f"{self.password}\n{self.password}\n",
                text=True,
                check=True,
                capture_output=True,
            )
        command = ["smbd", "--foreground", "--no-process-group", "--debug-stdout"]
        self.process = subprocess.Popen(
            as_root([*command, f"--configfile={self.configuration}"]),
            stdin=subprocess.DEVNULL,
            stdout=self.log_path.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_for(self)

    def settings(self) -> str:
        lines = [
            "[global]",
            "server role = standalone server",
            "map to guest = never",
            f"smb ports = {self.port}",
            f"interfaces = {self.host}",
            "bind interfaces only = yes",
            "disable netbios = yes",
            "disable spoolss = yes",
            "load printers = no",
            "server min protocol = SMB2_10",
            "vfs objects = streams_xattr",
            "ea support = yes",
            "store dos attributes = yes",
            "log level = 0",
            *(f"{key} = {self.folder}/{part}" for key, part in (
                ("private dir", "private"),
                ("lock directory", "lock"),
                ("state directory", "state"),
                ("cache directory", "cache"),
                ("pid directory", "pid"),
                ("ncalrpc dir", "ncalrpc"),
            )),
            *self.options,
        ]
        for name, path in self.shares.items():
            read_only = path.endswith(":ro")
            lines += [f"[{name}]", f"path = {path.removesuffix(':ro')}"]
            lines.append(f"read only = {'yes' if read_only else 'no'}")
        return "\n".join(lines) + "\n"

    def stop(self) -> int:
        if self.process is None:
            return 0
        group = str(os.getpgid(self.process.pid)) if self.running() else None
        if group:
            subprocess.run(as_root(["kill", "-TERM", "--", f"-{group}"]), check=False)
        status = self.process.wait(15)
        self.process = None
        return status

    def remove(self):
        if os.geteuid() != 0:
            subprocess.run(as_root(["rm", "-rf", str(self.folder)]), check=False)
        super().remove()
