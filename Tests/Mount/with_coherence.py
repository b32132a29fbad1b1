"""What one mount changes, another one sees: at the latest when it opens the file anew."""

import os

import case


class Coherence(case.MountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = case.Mounted(cls.server)
        cls.stack.callback(cls.other.clear)

    def setUp(self):
        super().setUp()
        self.beyond = self.other.directory / self.here.name

    def test_open_sees_what_was_closed_elsewhere(self):
        for number in range(20):
            text = f"version {number} " * (number + 1)
            (self.here / "file").write_text(text)
            self.assertEqual((self.beyond / "file").read_text(), text)
            text = text.upper()
            (self.beyond / "file").write_text(text)
            self.assertEqual((self.here / "file").read_text(), text)

    def test_open_sees_what_the_server_changed(self):
        data = b"1" * 100_000
        (self.there / "file").write_bytes(data)
        self.assertEqual((self.here / "file").read_bytes(), data)
        (self.there / "file").write_bytes(data.replace(b"1", b"2"))
        self.assertEqual((self.here / "file").read_bytes(), data.replace(b"1", b"2"))

    def test_open_sees_another_size_at_once(self):
        """Although the kernel was told a size just before, and believes it for a while."""
        for number in range(20):
            text = "x" * (1000 - 40 * number if number % 2 else 1000 + 40 * number)
            (self.here / "file").write_text(text)
            self.assertEqual((self.beyond / "file").read_text(), text)
            self.assertEqual(os.stat(self.beyond / "file").st_size, len(text))

    def test_names_are_seen(self):
        self.assertEqual(os.listdir(self.beyond), [])
        os.mkdir(self.here / "folder")
        self.wait_until(lambda: (self.beyond / "folder").exists())
        os.rename(self.here / "folder", self.here / "moved")
        self.wait_until(lambda: os.listdir(self.beyond) == ["moved"])
        self.wait_until(lambda: not (self.beyond / "folder").exists())
        os.rmdir(self.beyond / "moved")
        self.wait_until(lambda: not (self.here / "moved").exists())

    def test_replaced_file(self):
        (self.here / "file").write_text("old")
        with open(self.beyond / "file", encoding="ascii") as opened:
            (self.here / "new").write_text("new")
            os.rename(self.here / "new", self.here / "file")
            self.wait_until(lambda: (self.beyond / "file").read_text() == "new")
            self.assertEqual(opened.read(), "old")
