"""The Python library smbprotocol (and its high-level half, smbclient) against the server."""

import io
import os
import unittest
import uuid

import random_file
import smbclient
import smbclient.shutil
import smbprotocol.exceptions as refusal
from case import InteropCase, digest, make_tree, model, tree
from smbprotocol.change_notify import ChangeNotifyFlags, CompletionFilter, FileSystemWatcher
from smbprotocol.connection import Connection, Dialects
from smbprotocol.open import (
    CreateDisposition, CreateOptions, DirectoryAccessMask, FileAttributes, FilePipePrinterAccessMask,
    ImpersonationLevel, Open, ShareAccess,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect


class HighLevel(InteropCase):
    encrypt = False

    def setUp(self):
        super().setUp()
        self.options = {"port": self.server.port, "connection_cache": {}}
        smbclient.register_session(
            self.server.host, self.server.user, self.server.password, encrypt=self.encrypt,
            auth_protocol="ntlm", **self.options)
        self.addCleanup(
            smbclient.reset_connection_cache, connection_cache=self.options["connection_cache"])

    def path(self, name: str = "", share: str = "share") -> str:
        return rf"\\{self.server.host}\{share}\{name}".rstrip("\\")

    def test_listing(self):
        names = smbclient.listdir(self.path(share="fixed"), **self.options)
        self.assertEqual(sorted(names), sorted(os.listdir(self.fixed)))

    def test_walk(self):
        found = set()
        top = self.path(share="fixed")
        for folder, folders, files in smbclient.walk(top, **self.options):
            inside = folder.removeprefix(top).replace("\\", "/").strip("/")
            found |= {f"{inside}/{name}".strip("/") for name in folders + files}
        self.assertEqual(found, set(tree(self.fixed)))

    def test_scan_has_sizes(self):
        entries = smbclient.scandir(self.path(share="fixed"), **self.options)
        sizes = {entry.name: entry.smb_info.end_of_file for entry in entries}
        self.assertEqual(sizes["megabytes"], 3145745)
        self.assertEqual(sizes["empty"], 0)

    def test_model_there_and_back(self):
        source = model() / "model.safetensors"
        smbclient.shutil.copyfile(str(source), self.path("model"), **self.options)
        self.assertEqual(digest(self.shared / "model"), digest(source))
        smbclient.shutil.copyfile(self.path("model"), str(self.local / "back"), **self.options)
        self.assertEqual(digest(self.local / "back"), digest(source))

    def test_tree_upload(self):
        make_tree(self.local / "there")
        for path in [self.local / "there", *sorted((self.local / "there").rglob("*"))]:
            remote = self.path(str(path.relative_to(self.local)).replace("/", "\\"))
            if path.is_dir():
                smbclient.mkdir(remote, **self.options)
            else:
                smbclient.shutil.copyfile(str(path), remote, **self.options)
        self.assertEqual(tree(self.shared / "there"), tree(self.local / "there"))
        smbclient.shutil.rmtree(self.path("there"), **self.options)
        self.assertEqual(list(self.shared.iterdir()), [])

    def test_rename_and_replace(self):
        (self.shared / "a").write_bytes(b"a")
        (self.shared / "b").write_bytes(b"b")
        with self.assertRaises(OSError):
            smbclient.rename(self.path("a"), self.path("b"), **self.options)
        smbclient.replace(self.path("a"), self.path("b"), **self.options)
        self.assertEqual(tree(self.shared).keys(), {"b"})
        self.assertEqual((self.shared / "b").read_bytes(), b"a")

    def test_folders(self):
        smbclient.makedirs(self.path(r"one\two\three"), **self.options)
        self.assertTrue((self.shared / "one/two/three").is_dir())
        with self.assertRaises(OSError):
            smbclient.rmdir(self.path("one"), **self.options)
        smbclient.removedirs(self.path(r"one\two\three"), **self.options)
        self.assertFalse((self.shared / "one").exists())

    def test_stat_and_times(self):
        (self.shared / "file").write_bytes(b"12345")
        moment = 1_600_000_000_123_456_700
        smbclient.utime(self.path("file"), ns=(moment, moment), **self.options)
        self.assertEqual((self.shared / "file").stat().st_mtime_ns, moment)
        status = smbclient.stat(self.path("file"), **self.options)
        self.assertEqual(status.st_size, 5)
        self.assertEqual(status.st_mtime_ns, moment)
        self.assertNotEqual(status.st_ino, 0)

    def test_truncate(self):
        (self.shared / "file").write_bytes(b"1234567890")
        smbclient.truncate(self.path("file"), 4, **self.options)
        self.assertEqual((self.shared / "file").read_bytes(), b"1234")

    def test_volume(self):
        volume = smbclient.stat_volume(self.path(), **self.options)
        real = os.statvfs(self.shared)
        self.assertEqual(volume.total_size, real.f_blocks * real.f_frsize)

    def test_copy_on_the_server(self):
        content = os.urandom(5_000_000)
        (self.shared / "from").write_bytes(content)
        smbclient.copyfile(self.path("from"), self.path("to"), **self.options)
        self.assertEqual((self.shared / "to").read_bytes(), content)

    def test_extended_attributes(self):
        (self.shared / "file").touch()
        smbclient.setxattr(self.path("file"), b"colour", b"blue", **self.options)
        self.assertEqual(
            [name.lower() for name in smbclient.listxattr(self.path("file"), **self.options)],
            [b"colour"])
        self.assertEqual(
            smbclient.getxattr(self.path("file"), b"colour", **self.options), b"blue")
        smbclient.removexattr(self.path("file"), b"colour", **self.options)
        self.assertEqual(smbclient.listxattr(self.path("file"), **self.options), [])

    def test_streams(self):
        (self.shared / "file").write_bytes(b"main")
        with smbclient.open_file(self.path("file:note"), "wb", **self.options) as stream:
            stream.write(b"in the stream")
        with smbclient.open_file(self.path("file:note"), "rb", **self.options) as stream:
            self.assertEqual(stream.read(), b"in the stream")
        self.assertEqual((self.shared / "file").read_bytes(), b"main")

    def test_random_operations(self):
        path, options = self.path("random"), self.options

        class RemoteFile:
            def __init__(self, mode):
                self.raw = smbclient.open_file(path, mode, buffering=0, **options)

            def read(self, offset, count):
                self.raw.seek(offset)
                whole = io.BytesIO()
                while whole.tell() < count and (part := self.raw.read(count - whole.tell())):
                    whole.write(part)
                return whole.getvalue()

            def write(self, offset, data):
                self.raw.seek(offset)
                while data:
                    data = data[self.raw.write(data):]

            def truncate(self, size):
                self.raw.truncate(size)

            def size(self):
                return self.raw.seek(0, os.SEEK_END)

            def reopen(self):
                self.raw.close()
                self.raw = smbclient.open_file(path, "r+b", buffering=0, **options)

        file = RemoteFile("w+b")
        random_file.check(file, seed=11, operations=300)
        file.raw.close()

    def test_read_only_share(self):
        with self.assertRaises(OSError):
            smbclient.open_file(self.path("new", share="fixed"), "wb", **self.options)
        self.assertFalse((self.fixed / "new").exists())


class HighLevelEncrypted(HighLevel):
    encrypt = True


class LowLevel(InteropCase):
    def connect(self, dialect=None, encrypt=False, signing=True):
        connection = Connection(uuid.uuid4(), self.server.host, self.server.port, signing)
        connection.connect(dialect)
        self.addCleanup(connection.disconnect, True)
        session = Session(connection, self.server.user, self.server.password,
                          require_encryption=encrypt, auth_protocol="ntlm")
        session.connect()
        share = TreeConnect(session, rf"\\{self.server.host}\share")
        share.connect()
        return share

    def open(self, share, name, access=None, sharing=0, disposition=None, options=0):
        file = Open(share, name)
        file.create(
            ImpersonationLevel.Impersonation,
            access or FilePipePrinterAccessMask.GENERIC_READ
            | FilePipePrinterAccessMask.GENERIC_WRITE,
            FileAttributes.FILE_ATTRIBUTE_NORMAL,
            sharing,
            disposition or CreateDisposition.FILE_OPEN_IF,
            options or CreateOptions.FILE_NON_DIRECTORY_FILE,
        )
        return file

    def test_each_dialect(self):
        content = os.urandom(60_000)
        for dialect in (Dialects.SMB_2_1_0, Dialects.SMB_3_0_0, Dialects.SMB_3_0_2,
                        Dialects.SMB_3_1_1):
            for encrypt in (False, True):
                if encrypt and dialect == Dialects.SMB_2_1_0:
                    continue
                with self.subTest(dialect=hex(dialect), encrypt=encrypt):
                    file = self.open(self.connect(dialect, encrypt), "file")
                    file.write(content, 0)
                    self.assertEqual(file.read(0, len(content)), content)
                    file.close()

    def test_many_requests_in_flight(self):
        share = self.connect()
        file = self.open(share, "file")
        connection = share.session.connection
        blocks = [os.urandom(4096) for _ in range(200)]
        requests = []
        for number, block in enumerate(blocks):
            message, unpack = file.write(block, number * 4096, send=False)
            requests.append((connection.send(
                message, share.session.session_id, share.tree_connect_id), unpack))
        self.assertEqual([unpack(request) for request, unpack in requests], [4096] * 200)
        self.assertEqual((self.shared / "file").read_bytes(), b"".join(blocks))
        file.close()

    def test_sharing_is_enforced(self):
        share = self.connect()
        first = self.open(share, "file", sharing=ShareAccess.FILE_SHARE_READ)
        with self.assertRaises(refusal.SharingViolation):
            self.open(self.connect(), "file", sharing=ShareAccess.FILE_SHARE_READ)
        first.close()
        self.open(share, "file").close()

    def test_reading_past_the_end(self):
        file = self.open(self.connect(), "file")
        file.write(b"12345", 0)
        with self.assertRaises(refusal.EndOfFile):
            file.read(5, 1)
        file.close()

    def test_closed_file_is_gone(self):
        file = self.open(self.connect(), "file")
        identifier = file.file_id
        file.close()
        file.file_id = identifier
        with self.assertRaises(refusal.FileClosed):
            file.read(0, 1)

    def test_deletion_on_close(self):
        options = CreateOptions.FILE_DELETE_ON_CLOSE | CreateOptions.FILE_NON_DIRECTORY_FILE
        access = FilePipePrinterAccessMask.DELETE | FilePipePrinterAccessMask.FILE_WRITE_DATA
        file = self.open(self.connect(), "file", access, options=options)
        self.assertTrue((self.shared / "file").exists())
        file.close()
        self.assertFalse((self.shared / "file").exists())

    def test_change_is_notified(self):
        folder = Open(self.connect(), "")
        folder.create(
            ImpersonationLevel.Impersonation, DirectoryAccessMask.FILE_LIST_DIRECTORY,
            FileAttributes.FILE_ATTRIBUTE_DIRECTORY,
            ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE,
            CreateDisposition.FILE_OPEN, CreateOptions.FILE_DIRECTORY_FILE)
        watcher = FileSystemWatcher(folder)
        watcher.start(CompletionFilter.FILE_NOTIFY_CHANGE_FILE_NAME,
                      ChangeNotifyFlags.NONE)
        (self.shared / "appears").touch()
        for action in watcher.wait():
            self.assertEqual(action["file_name"].get_value(), "appears")
        folder.close()

    def test_path_out_of_the_share(self):
        (self.base / "secret").write_bytes(b"secret")
        share = self.connect()
        for name in (r"..\secret", r"folder\..\..\secret", "../secret", r"\..\secret"):
            with self.subTest(name=name), self.assertRaises(refusal.SMBResponseException):
                self.open(share, name, disposition=CreateDisposition.FILE_OPEN)


if __name__ == "__main__":
    unittest.main()
