"""Programs that people use, on a mounted share."""

import mmap
import os
import random
import sqlite3

import case

MEBIBYTE = 1 << 20


class Programs(case.MountCase):
    def test_copies_are_equal(self):
        source = self.base / "source"
        source.write_bytes(random.Random(1).randbytes(40 * MEBIBYTE + 12_345))
        self.command("cp", source, self.here / "copy")
        self.assertEqual(case.digest(self.there / "copy"), case.digest(source))
        self.assertEqual(case.digest(self.here / "copy"), case.digest(source))
        self.command("cmp", source, self.here / "copy")
        self.command("dd", f"if={self.here / 'copy'}", f"of={self.base / 'back'}", "bs=777k",
                     "iflag=direct")
        self.command("cmp", source, self.base / "back")

    def test_mapped_reading(self):
        data = random.Random(2).randbytes(9 * MEBIBYTE + 99)
        (self.there / "file").write_bytes(data)
        with open(self.here / "file", "rb") as file, \
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            self.assertEqual(mapped[5 * MEBIBYTE:5 * MEBIBYTE + 10],
                             data[5 * MEBIBYTE:5 * MEBIBYTE + 10])
            self.assertEqual(mapped[:], data)

    def test_mapped_writing(self):
        path = self.here / "file"
        path.write_bytes(bytes(3 * MEBIBYTE))
        with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
            mapped[100:104] = b"head"
            mapped[2 * MEBIBYTE - 2:2 * MEBIBYTE + 2] = b"both"
            mapped.flush()
        found = (self.there / "file").read_bytes()
        self.assertEqual((len(found), found[100:104]), (3 * MEBIBYTE, b"head"))
        self.assertEqual(found[2 * MEBIBYTE - 2:2 * MEBIBYTE + 2], b"both")

    def test_git_and_make(self):
        source = self.base / "project"
        source.mkdir()
        for number in range(40):
            (source / f"part{number}.c").write_text(f"int part{number}(void) {{ return {number}; }}\n")
        total = " + ".join(f"part{number}()" for number in range(40))
        declared = "".join(f"int part{number}(void);\n" for number in range(40))
        (source / "main.c").write_text(
            f'#include <stdio.h>\n{declared}int main(void) {{ printf("%d\\n", {total}); }}\n')
        (source / "Makefile").write_text(
            "objects = $(patsubst %.c,%.o,$(wildcard *.c))\n"
            "total: $(objects)\n\t$(CC) -o $@ $^\n%.o: %.c\n\t$(CC) -c -o $@ $<\n")
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost",
               "-c", "safe.directory=*", "-c", "init.defaultBranch=main"]
        self.command(*git, "init", "-q", source)
        self.command(*git, "-C", source, "add", ".")
        self.command(*git, "-C", source, "commit", "-q", "-m", "First")
        clone = self.here / "clone"
        self.command(*git, "clone", "-q", "--no-local", source, clone)
        self.assertEqual(self.command(*git, "-C", clone, "status", "--porcelain"), "")
        self.command("make", "-s", "-j", "4", "-C", clone, "CC=gcc")
        self.assertEqual(self.command(clone / "total"), f"{sum(range(40))}\n")
        (clone / "part1.c").write_text("int part1(void) { return 1001; }\n")
        self.command("make", "-s", "-C", clone, "CC=gcc")
        self.assertEqual(self.command(clone / "total"), f"{sum(range(40)) + 1000}\n")
        self.command(*git, "-C", clone, "commit", "-q", "-a", "-m", "Second")
        self.command(*git, "-C", clone, "gc", "-q")
        self.command(*git, "-C", clone, "fsck", "--strict")

    def test_database(self):
        with sqlite3.connect(self.here / "data.db") as database:
            database.execute("create table entries (number integer primary key, text)")
            for number in range(200):
                database.execute("insert into entries values (?, ?)", (number, "x" * number))
                if number % 20 == 0:
                    database.commit()
            database.commit()
            self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))
        database.close()
        with sqlite3.connect(self.there / "data.db") as database:
            found = database.execute("select count(*), sum(length(text)) from entries").fetchone()
        database.close()
        self.assertEqual(found, (200, sum(range(200))))

    def test_tar_keeps_everything(self):
        source = self.base / "tree"
        (source / "folder").mkdir(parents=True)
        for number in range(60):
            path = source / "folder" / f"file {number}"
            path.write_bytes(random.Random(number).randbytes(number * 1500))
            path.chmod(0o600 + number % 8)
            os.utime(path, (1_500_000_000, 1_500_000_000 + number))
        os.symlink("folder/file 3", source / "link")
        os.link(source / "folder" / "file 4", source / "second name")
        archive = self.base / "tree.tar"
        self.command("tar", "-C", source, "-cf", archive, ".")
        self.command("tar", "-C", self.here, "-xpf", archive)
        self.command("tar", "-C", self.here, "-df", archive)
        self.command("diff", "-r", source, self.here)

    def test_fio_verifies(self):
        for engine, options in (("psync", []), ("libaio", ["--iodepth=16", "--direct=1"]),
                                ("mmap", [])):
            with self.subTest(engine=engine):
                self.command(
                    "fio", "--name=verify", f"--directory={self.here}", "--size=24m",
                    "--rw=randwrite", "--bsrange=4k-256k", f"--ioengine={engine}", *options,
                    "--verify=crc32c", "--verify_fatal=1", "--do_verify=1", "--randseed=7",
                    f"--filename=fio.{engine}", cwd=self.base)

    def test_random_operations_against_a_copy_in_memory(self):
        generator = random.Random(11)
        shadow = bytearray()
        path = self.here / "file"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        self.addCleanup(lambda: os.close(descriptor))
        for step in range(1500):
            offset = generator.randrange(400_000)
            count = generator.choice((1, 100, 4096, 70_000))
            action = generator.randrange(7)
            if action < 3:
                data = generator.randbytes(count)
                os.pwrite(descriptor, data, offset)
                shadow.extend(bytes(max(0, offset + count - len(shadow))))
                shadow[offset:offset + count] = data
            elif action < 5:
                self.assertEqual(
                    os.pread(descriptor, count, offset), shadow[offset:offset + count], step)
            elif action == 5:
                os.ftruncate(descriptor, offset)
                del shadow[offset:]
                shadow.extend(bytes(offset - len(shadow)))
            elif shadow:
                with mmap.mmap(descriptor, len(shadow)) as mapped:
                    place = generator.randrange(len(shadow))
                    mapped[place] = shadow[place] = generator.randrange(256)
                    self.assertEqual(mapped[:], shadow, step)
            if step % 100 == 0:
                os.fsync(descriptor)
                self.assertEqual((self.there / "file").read_bytes(), shadow, step)
        os.fsync(descriptor)
        self.assertEqual((self.there / "file").read_bytes(), shadow)
