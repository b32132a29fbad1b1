"""Serves the model folder named in argv, fetches it with two clients, verifies, prints rates."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Setup"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Interop"))
import servers  # noqa: E402
from case import tree  # noqa: E402


def timed(command, **more) -> float:
    """Runs a command that must succeed; its seconds."""
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **more)
    took = time.monotonic() - begun
    if done.returncode != 0:
        raise SystemExit(f"run: {command[0]} failed\n{done.stdout}{done.stderr}")
    return took


def fetch(name: str, command, source: pathlib.Path, target: pathlib.Path, **more):
    """Fetches the tree, compares it with the source, reports the rate."""
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    took = timed(command, **more)
    if tree(target) != tree(source):
        raise SystemExit(f"run: what {name} fetched differs from what was served")
    files = sum(path.is_file() for path in source.rglob("*"))
    print(f"{name:12} fetched {files} files, {size / 1e6:.1f} MB in {took:.2f} s"
          f" = {size / 1e6 / took:.0f} MB/s; every byte verified")


def main():
    source = pathlib.Path(sys.argv[1])
    penstock = servers.Penstock.binary()
    # From memory to memory where there is room: the disk is not what is shown.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="penstock-run-") as work:
        with servers.Penstock({"models": source}) as server:
            work = pathlib.Path(work)
            url = f"smb://{server.user}@{server.host}:{server.port}/models"
            print(f"penstock serve models={source} --listen {server.host}:{server.port}")
            environment = {**os.environ, "PENSTOCK_PASSWORD": server.password,
                           "PASSWD": server.password}
            print(f"\npenstock ls -l {url}")
            subprocess.run([penstock, "ls", "-l", url], env=environment, check=True)
            print()
            fetch("penstock get", [penstock, "get", url + "/", str(work / "ours")], source,
                  work / "ours", env=environment)
            (work / "theirs").mkdir()
            fetch("smbclient", ["smbclient", f"//{server.host}/models", "-p", str(server.port),
                                "-U", server.user, "-c", "recurse on; prompt off; mget *"],
                  source, work / "theirs", env=environment, cwd=work / "theirs")
        print("\nthe server ended on SIGTERM with status", server.status)


if __name__ == "__main__":
    main()
