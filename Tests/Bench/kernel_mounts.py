"""The kernel's own network file systems over the same device, measured with fio."""

import json
import os
import pathlib
import subprocess
import tempfile

import measure
import servers


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")


class Mounted:
    """A mount, as a place where fio reads and writes."""

    def __init__(self, *command, environment=None):
        self.command = command
        self.environment = environment

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mounted-", dir="/mnt"))
        run(*(self.folder if word == "HERE" else word for word in self.command),
            env={**os.environ, **(self.environment or {})})
        return self

    def __exit__(self, *exception):
        run("umount", self.folder)
        self.folder.rmdir()

    def transfer(self, kind: str, name: str, byte_count: int, block: int, depth: int):
        before = measure.machine_seconds()
        done = subprocess.run(
            ["fio", "--name=x", f"--filename={self.folder / name}", f"--rw={kind}",
             f"--bs={block}", f"--size={byte_count}", f"--iodepth={depth}", "--direct=1",
             "--ioengine=libaio", "--output-format=json", "--randrepeat=1", "--overwrite=1"],
            capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"fio: {done.stdout[-300:]}{done.stderr[-300:]}")
        machine = measure.machine_seconds() - before
        job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
        side = job["read" if "read" in kind else "write"]
        return measure.Sample(side["io_bytes"], side["runtime"] / 1000, machine, machine)


def cifs(server: servers.Server, *options: str) -> Mounted:
    """The kernel's SMB client by RDMA, without its page cache."""
    words = ["rdma", "vers=3.1.1", "cache=none", f"port={server.port}", f"username={server.user}"]
    return Mounted(
        "mount", "-t", "cifs", f"//{server.host}/bench", "HERE", "-o",
        ",".join([*words, *options]), environment={"PASSWD": server.password})


class NFSServer:
    """The kernel's NFS server with RDMA, version 4.1, for one folder."""

    port = 20049

    def __init__(self, folder: pathlib.Path, address: str):
        self.folder = folder
        self.address = address

    def __enter__(self):
        nfsd = pathlib.Path("/proc/fs/nfsd")
        if not os.path.ismount(nfsd):
            run("mount", "-t", "nfsd", "nfsd", nfsd)
        for folder in ("/var/lib/nfs/v4recovery", "/run/rpc_pipefs"):
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        run("exportfs", "-i", "-o", "rw,no_root_squash,fsid=0,insecure,async,no_subtree_check",
            f"*:{self.folder}")
        self.mountd = subprocess.Popen(
            ["rpc.mountd", "--foreground", "--no-nfs-version", "3"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        run("rpc.nfsd", "--no-nfs-version", "3", "8")
        (nfsd / "portlist").write_text(f"rdma {self.port}\n")
        # Nobody was there before who could want back what it had.
        (nfsd / "v4_end_grace").write_text("Y\n")
        return self

    def __exit__(self, *exception):
        run("rpc.nfsd", "0")
        run("exportfs", "-ua")
        self.mountd.terminate()
        self.mountd.wait()

    def mount(self) -> Mounted:
        return Mounted(
            "mount", "-t", "nfs4", "-o", f"proto=rdma,port={self.port},vers=4.1",
            f"{self.address}:/", "HERE")
