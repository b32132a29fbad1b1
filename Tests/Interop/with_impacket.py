"""The Python library impacket against the server. On 3.1.1 it encrypts with AES-128-CCM."""

import io
import unittest

from case import InteropCase, digest, model
from impacket.ntlm import compute_nthash
from impacket.smb3structs import SMB2_DIALECT_21, SMB2_DIALECT_30, SMB2_DIALECT_311
from impacket.smbconnection import SessionError, SMBConnection

DIALECTS = (SMB2_DIALECT_21, SMB2_DIALECT_30, SMB2_DIALECT_311)


class Impacket(InteropCase):
    def connect(self, dialect=None, user=None, password=None, nt_hash=""):
        connection = SMBConnection(
            self.server.host, self.server.host, sess_port=self.server.port,
            preferredDialect=dialect)
        self.addCleanup(connection.close)
        if nt_hash:
            password = ""
        elif password is None:
            password = self.server.password
        connection.login(self.server.user if user is None else user, password, nthash=nt_hash)
        return connection

    def test_shares_are_listed(self):
        names = {share["shi1_netname"][:-1] for share in self.connect().listShares()}
        self.assertLessEqual({"share", "fixed", "IPC$"}, names)

    def test_each_dialect(self):
        for dialect in DIALECTS:
            with self.subTest(dialect=hex(dialect)):
                connection = self.connect(dialect)
                self.assertEqual(connection.getDialect(), dialect)
                connection.putFile("share", "file", io.BytesIO(b"content" * 30_000).read)
                self.assertEqual((self.shared / "file").read_bytes(), b"content" * 30_000)
                back = io.BytesIO()
                connection.getFile("share", "file", back.write)
                self.assertEqual(back.getvalue(), b"content" * 30_000)
                connection.deleteFile("share", "file")
                self.assertFalse((self.shared / "file").exists())

    def test_model_there_and_back(self):
        # With 2.1, because impacket's own AES-CMAC and AES-CCM take minutes for so much.
        source = model() / "model.safetensors"
        connection = self.connect(SMB2_DIALECT_21)
        with source.open("rb") as file:
            connection.putFile("share", "model", file.read)
        self.assertEqual(digest(self.shared / "model"), digest(source))
        with (self.local / "back").open("wb") as file:
            connection.getFile("share", "model", file.write)
        self.assertEqual(digest(self.local / "back"), digest(source))

    def test_listing(self):
        entries = {entry.get_longname(): entry for entry in self.connect().listPath("fixed", "*")}
        self.assertEqual(entries["megabytes"].get_filesize(), 3145745)
        self.assertTrue(entries["Grüße"].is_directory())
        self.assertIn(".", entries)

    def test_folders_and_rename(self):
        connection = self.connect()
        connection.createDirectory("share", "folder")
        connection.putFile("share", r"folder\old", io.BytesIO(b"content").read)
        connection.rename("share", r"folder\old", r"folder\new")
        self.assertEqual((self.shared / "folder" / "new").read_bytes(), b"content")
        with self.assertRaisesRegex(SessionError, "STATUS_DIRECTORY_NOT_EMPTY"):
            connection.deleteDirectory("share", "folder")
        connection.deleteFile("share", r"folder\new")
        connection.deleteDirectory("share", "folder")
        self.assertFalse((self.shared / "folder").exists())

    def test_login_by_hash(self):
        nt_hash = compute_nthash(self.server.password).hex()
        names = [entry.get_longname() for entry in
                 self.connect(nt_hash=nt_hash).listPath("fixed", "*")]
        self.assertIn("megabytes", names)

    def test_wrong_password(self):
        with self.assertRaisesRegex(SessionError, "STATUS_LOGON_FAILURE"):
            self.connect(password="not this one")

    def test_anonymous_reads_nothing(self):
        with self.assertRaises(SessionError):
            self.connect(user="", password="").listPath("share", "*")

    def test_missing_things(self):
        connection = self.connect()
        with self.assertRaisesRegex(SessionError, "STATUS_BAD_NETWORK_NAME"):
            connection.connectTree("nothing")
        with self.assertRaisesRegex(SessionError, "STATUS_OBJECT_NAME_NOT_FOUND"):
            connection.getFile("share", "nothing", io.BytesIO().write)

    def test_logoff_ends_the_session(self):
        connection = self.connect(SMB2_DIALECT_21)
        tree = connection.connectTree("share")
        connection.logoff()
        with self.assertRaises(Exception):
            connection.openFile(tree, "file")


if __name__ == "__main__":
    unittest.main()
