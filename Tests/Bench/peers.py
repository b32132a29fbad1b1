"""The programs that Penstock is compared with, other than Samba's server."""

import os
import pathlib
import subprocess
import tempfile
import time

import measure
import servers


def wait_until_listening(port: int):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        # A connection would count as a client of iperf3: look at the kernel's table instead.
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            rows = [line.split() for line in pathlib.Path(table).read_text().splitlines()]
            # 0A is LISTEN.
            if any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows[1:]):
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


class Nginx:
    """nginx with sendfile, one process per processor."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    def __enter__(self):
        self.state = tempfile.TemporaryDirectory(prefix="nginx-")
        self.port = servers.free_port()
        path = pathlib.Path(self.state.name)
        settings = path / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "".join(
            f"{kind}_temp_path {path}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        settings.write_text(
            f"{user} daemon off; worker_processes auto; pid {path}/pid; error_log {path}/log;"
            f"events {{}} http {{ access_log off; sendfile on; tcp_nopush on; {temporary}"
            f"server {{ listen 127.0.0.1:{self.port}; root {self.folder}; }} }}\n"
        )
        self.process = subprocess.Popen(
            ["nginx", "-c", str(settings), "-p", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_listening(self.port)
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()
        self.state.cleanup()

    def read(self, name: str, byte_count: int) -> measure.Sample:
        url = f"http://127.0.0.1:{self.port}/{name}"
        command = ["curl", "--silent", "--fail", "--output", "/dev/null", url]
        return measure.timed(command, byte_count, self.process.pid)


class Iperf:
    """iperf3, one stream: memory to memory, no file and no protocol."""

    def __enter__(self):
        self.port = servers.free_port()
        self.process = subprocess.Popen(
            ["iperf3", "--server", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_listening(self.port)
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()

    def read(self, byte_count: int, *options: str) -> measure.Sample:
        command = ["iperf3", "--client", "127.0.0.1", "--port", self.port, "--bytes", byte_count]
        command += options
        return measure.timed(command, byte_count, self.process.pid)


class Smbclient:
    """Samba's client, told to leave messages alone, to sign or to encrypt them."""

    PROTECTION = {"unsigned": "off", "signed": "sign", "encrypted": "encrypt"}

    def __init__(self, server: servers.Server):
        self.server = server
        self.login = server.folder / "login"
        self.login.touch(mode=0o600)
        self.login.write_text(f"username={server.user}\npassword={server.password}\n")

    def run(self, protection: str, script: str, amount: float) -> measure.Sample:
        command = [
            "smbclient", f"//{self.server.host}/bench", "--port", self.server.port,
            "--authentication-file", self.login, "--max-protocol", "SMB3_11",
            f"--client-protection={self.PROTECTION[protection]}", "--command", script,
        ]
        sample = measure.timed(command, amount, self.server.process.pid)
        if "NT_STATUS" in sample.output:
            raise RuntimeError(f"smbclient: {sample.output[-500:]}")
        return sample

    def read(self, protection: str, name: str, byte_count: int) -> measure.Sample:
        return self.run(protection, f"get {name} /dev/null", byte_count)

    def write(self, protection: str, path: pathlib.Path, byte_count: int) -> measure.Sample:
        return self.run(protection, f"put {path} written", byte_count)


class OwnClient:
    """Penstock's client library, driven by penstock-bench, which times itself: what counts is the
    transfer, not the start of a program."""

    def __init__(self, server: servers.Server):
        self.server = server
        self.login = server.folder / "own-login"
        self.login.touch(mode=0o600)
        self.login.write_text(f"username={server.user}\npassword={server.password}\n")

    def run(self, protection: str, *words, amount: float) -> measure.Sample:
        command = [
            os.environ["PENSTOCK_BENCH"], "smb", f"{self.server.host}:{self.server.port}", "bench",
            self.login, protection, *words,
        ]
        sample = measure.timed(command, amount, self.server.process.pid)
        sample.seconds = float(sample.output.split()[0])
        return sample

    def read(self, protection: str, name: str, byte_count: int, block: int) -> measure.Sample:
        return self.run(protection, "read", name, byte_count, block, 8, amount=byte_count)

    def write(self, protection: str, byte_count: int, block: int) -> measure.Sample:
        return self.run(protection, "write", "written", byte_count, block, 8, amount=byte_count)

    def random(self, name: str, count: int, depth: int) -> measure.Sample:
        return self.run("unsigned", "random", name, count, 4096, depth, amount=count)

    def files(self, count: int) -> dict[str, float]:
        """Files per second of each step."""
        sample = self.run("unsigned", "files", f"many-{time.time_ns()}", count, amount=count)
        words = sample.output.split()
        return {"create": float(words[1]), "stat": float(words[2]), "delete": float(words[3])}
