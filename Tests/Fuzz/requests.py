"""Well-formed SMB2 requests for the server's fuzz target, which puts in the identifiers."""
import struct

ROOT, FILE, PIPE = 0, 1, 2  # the order in which `conversations` opens them


def header(command, body, tree=0, flags=0, next_command=0):
    return struct.pack(
        "<4sHHIHHIIQIIQ16x", b"\xfeSMB", 64, 1, 0, command, 16, flags, next_command, 0, 0, tree, 0
    ) + body


def file_id(index):
    return bytes([index]) + bytes(15)


def contexts(items):
    data = b""
    for position, (name, value) in enumerate(items):
        entry = struct.pack("<IHHHHI", 0, 16, len(name), 0, 24 if value else 0, len(value))
        entry += name.ljust(8, b"\0") + value
        if position + 1 < len(items):
            entry = entry.ljust((len(entry) + 7) & ~7, b"\0")
            entry = struct.pack("<I", len(entry)) + entry[4:]
        data += entry
    return data


def create(name, disposition=3, options=0, tree=0, oplock=0, access=0x1F01FF, extra=()):
    text = name.encode("utf-16-le")
    list_ = contexts(extra)
    padded = text.ljust((len(text) + 7) & ~7, b"\0") if list_ else text or b"\0"
    return header(5, struct.pack(
        "<HBBI8x8xIIIIIHHII", 57, 0, oplock, 2, access, 0, 7, disposition, options, 120,
        len(text), 120 + len(padded) if list_ else 0, len(list_)) + padded + list_, tree)


def close(target):
    return header(6, struct.pack("<HHI", 24, 1, 0) + file_id(target))


def flush(target):
    return header(7, struct.pack("<HHI", 24, 0, 0) + file_id(target))


def read(target, count=64, offset=0):
    return header(8, struct.pack("<HBBIQ", 49, 80, 0, count, offset) + file_id(target)
                  + struct.pack("<IIIHHB", 0, 0, 0, 0, 0, 0))


def write(target, data=b"data", offset=0):
    return header(9, struct.pack("<HHIQ", 49, 112, len(data), offset) + file_id(target)
                  + struct.pack("<IIHHI", 0, 0, 0, 0, 0) + data)


def lock(target, flags=0x12, offset=0, count=16):
    return header(10, struct.pack("<HHI", 48, 1, 0) + file_id(target)
                  + struct.pack("<QQII", offset, count, flags, 0))


def ioctl(target, code, data=b"", tree=0, identifier=None):
    return header(11, struct.pack("<HHI", 57, 0, code) + (identifier or file_id(target))
                  + struct.pack("<IIIIIIII", 120, len(data), 0, 0, 0, 4096, 1, 0) + data, tree)


def query_directory(target, kind, pattern="*"):
    text = pattern.encode("utf-16-le")
    return header(14, struct.pack("<HBBI", 33, kind, 1, 0) + file_id(target)
                  + struct.pack("<HHI", 96, len(text), 4096) + text)


def change_notify(target, flags=1):
    return header(15, struct.pack("<HHI", 32, flags, 4096) + file_id(target)
                  + struct.pack("<II", 0xFFF, 0))


def query_info(target, kind, level, data=b"", more=0):
    return header(16, struct.pack("<HBBIHHIII", 41, kind, level, 4096, 104 if data else 0, 0,
                                  len(data), more, 0) + file_id(target) + data,
                  int(target == PIPE))


def set_info(target, kind, level, data, more=0):
    return header(17, struct.pack("<HBBIHHI", 33, kind, level, len(data), 96, 0, more)
                  + file_id(target) + data)


def rename(name):
    text = name.encode("utf-16-le")
    return (struct.pack("<B7xQI", 0, 0, len(text)) + text).ljust(24, b"\0")


def extended_attribute(name, value):
    return struct.pack("<IBBH", 0, 0, len(name), len(value)) + name + b"\0" + value


def compound(*requests, related=True):
    whole = b""
    for index, request in enumerate(requests):
        flags = 4 if related and index else 0
        last = index + 1 == len(requests)
        body = request if last else request.ljust((len(request) + 7) & ~7, b"\0")
        if related and index:
            body = body[:72] + b"\xff" * 16 + body[88:]
        whole += body[:16] + struct.pack("<II", flags, 0 if last else len(body)) + body[24:]
    return whole


# FSCTLs by their numbers in MS-FSCC 2.3 and MS-SMB2 2.2.31.
CODES = (
    0x00060194, 0x0006019C, 0x00090000, 0x00090060, 0x0009009C, 0x000900A4, 0x000900A8, 0x000900AC,
    0x000900C0, 0x000900C4, 0x000940CF, 0x000980C8, 0x00098208, 0x00098344, 0x000983E8, 0x0009C040,
    0x0009C280, 0x00090284, 0x00110018, 0x0011400C, 0x0011C017, 0x00140078, 0x001401D4, 0x001401FC,
    0x00140204, 0x001440F2, 0x001480F2, 0x00144064, 0x00090240, 0x0009027C,
)


def conversations():
    """Lists of messages, each a connection; every one opens the root, a file and a pipe first."""
    opening = [create("", 1, 1), create("file"), create("srvsvc", 1, tree=1)]
    yield opening + [
        write(FILE, b"0123456789" * 20), read(FILE), flush(FILE), lock(FILE), lock(FILE, 4),
        close(FILE)]
    yield opening + [change_notify(ROOT), create("x"), set_info(3, 1, 10, rename("y")),
                     set_info(3, 1, 13, b"\1"), close(3)]
    for kind in (1, 2, 3, 12, 37, 38, 50, 60, 63, 78, 79, 80, 81, 100):
        yield opening + [query_directory(ROOT, kind), query_directory(ROOT, kind, "f*")]
    for target in (ROOT, FILE, PIPE):
        for first in range(4, 70, 11):
            yield opening + [query_info(target, 1, level) for level in range(first, first + 11)]
        yield opening + [query_info(target, 2, level) for level in range(1, 13)]
        yield opening + [query_info(target, 3, 0, more=7), query_info(target, 4, 0)]
    yield opening + [query_info(FILE, 2, 100), query_info(FILE, 1, 100)]
    yield opening + [set_info(FILE, 1, 4, bytes(40)), set_info(FILE, 1, 20, struct.pack("<Q", 999)),
                     set_info(FILE, 1, 19, struct.pack("<Q", 4096)),
                     set_info(FILE, 1, 15, extended_attribute(b"name", b"value")),
                     query_info(FILE, 1, 15), set_info(FILE, 1, 11, rename("link")),
                     set_info(FILE, 1, 64, b"\3\0\0\0"), set_info(FILE, 1, 16, bytes(4)),
                     set_info(FILE, 1, 14, bytes(8))]
    for position in range(0, len(CODES), 6):
        chosen = CODES[position:position + 6]
        yield opening + [ioctl(FILE, code, bytes(64)) for code in chosen]
        yield opening + [ioctl(0, code, bytes(64), identifier=b"\xff" * 16) for code in chosen]
    key = struct.pack("<24xII", 1, 0) + struct.pack("<QQII", 0, 0, 100, 0)
    yield opening + [write(FILE, bytes(300)), ioctl(FILE, 0x00140078), ioctl(FILE, 0x001440F2, key)]
    yield opening + [create("file:stream"), write(3, b"stream"), query_info(FILE, 1, 22), close(3)]
    yield opening + [create("dir", 2, 1), create("dir\\a"), close(4), set_info(3, 1, 10, rename("d2"))]
    yield opening + [compound(create("c"), query_info(0, 1, 18), close(0)),
                     compound(create("", 1, 1), query_directory(0, 37), close(0)),
                     compound(read(FILE), read(FILE), write(FILE), related=False)]
    yield opening + [
        create("leased", oplock=0xFF, extra=[(b"RqLs", bytes(16) + b"\7" + bytes(15))]),
        create("leased", oplock=9), create("context", extra=[
            (b"MxAc", b""), (b"QFid", b""), (b"AlSi", bytes(8)), (b"DHnQ", bytes(16)),
            (b"ExtA", extended_attribute(b"a", b"b"))])]
    yield opening + [create("warped", extra=[(b"TWrp", bytes(8))]), header(13, b"\4\0\0\0"),
                     header(12, b"\4\0\0\0"), header(4, b"\4\0\0\0"), header(2, b"\4\0\0\0")]
    yield [create("..\\..\\etc\\passwd", 1), create("\\\\x", 1), create("a/b", 1),
           create("a\\..\\..\\b"), create(":s"), create("a:s:$DATA"), create("*"), create("nul\0l")]
