"""Random operations on one file, each checked against a copy of its bytes in memory.

The sequence depends on the seed alone, so a failure can be run again. As a program it checks a
file of a mounted file system: `random_file.py PATH SEED OPERATIONS`.
"""

import os
import random
import sys

LARGEST = 1024 * 1024
OPERATIONS = ("read",) * 4 + ("write",) * 4 + ("truncate", "extend", "append", "reopen", "compare")


class Mismatch(AssertionError):
    pass


class POSIXFile:
    """A file by its path, through the kernel."""

    def __init__(self, path):
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT)

    def read(self, offset: int, count: int) -> bytes:
        parts = []
        while count > 0 and (part := os.pread(self.descriptor, count, offset)):
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return b"".join(parts)

    def write(self, offset: int, data: bytes):
        while data:
            written = os.pwrite(self.descriptor, data, offset)
            offset, data = offset + written, data[written:]

    def truncate(self, size: int):
        os.ftruncate(self.descriptor, size)

    def size(self) -> int:
        return os.fstat(self.descriptor).st_size

    def reopen(self):
        self.close()
        self.descriptor = os.open(self.path, os.O_RDWR)

    def close(self):
        os.close(self.descriptor)


def check(file, seed: int, operations: int):
    """Runs that many operations on an empty file; raises Mismatch where the two differ."""
    generator = random.Random(seed)
    shadow = bytearray()
    for number in range(operations):
        operation = generator.choice(OPERATIONS)
        offset = generator.randrange(len(shadow) + 1)
        count = generator.choice((1, 511, 4096, 65536, generator.randrange(1, 200_000)))
        where = f"seed {seed}, operation {number}: {operation} at {offset}, {count} bytes"
        if operation == "read":
            compare(where, file.read(offset, count), shadow[offset:offset + count], offset)
        elif operation in ("write", "append"):
            offset = len(shadow) if operation == "append" else offset
            data = generator.randbytes(min(count, LARGEST - offset))
            file.write(offset, data)
            shadow[offset:offset + len(data)] = data
        elif operation == "truncate":
            file.truncate(offset)
            del shadow[offset:]
        elif operation == "extend":
            size = min(len(shadow) + count, LARGEST)
            file.truncate(size)
            shadow.extend(bytes(size - len(shadow)))
        elif operation == "reopen":
            file.reopen()
        if operation in ("compare", "reopen"):
            compare(where, file.read(0, LARGEST + 1), shadow, 0)
        if file.size() != len(shadow):
            raise Mismatch(f"{where}: size is {file.size()}, should be {len(shadow)}")
    compare("at the end", file.read(0, LARGEST + 1), shadow, 0)


def compare(where: str, actual: bytes, expected: bytes, offset: int):
    if actual == bytes(expected):
        return
    length = min(len(actual), len(expected))
    first = next((i for i in range(length) if actual[i] != expected[i]), length)
    raise Mismatch(
        f"{where}: got {len(actual)} bytes, expected {len(expected)};"
        f" they differ from byte {offset + first} on")


if __name__ == "__main__":
    file = POSIXFile(sys.argv[1])
    check(file, int(sys.argv[2]), int(sys.argv[3]))
    file.close()
