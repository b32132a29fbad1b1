"""What travels between our two ends over a cable: that protected data is protected there, and that
a bad cable costs time alone."""

import os
import shutil
import struct

from cable import Cable, Capture, FABRICS
from ends import LOCAL, SHARED, WORK, Server, address, bench, main, penstock, prepare

# Half of a line is the same in all of them, so that a reader of the wire knows it.
MARK = b"penstock plain text of this file "
LINE = 64
SIZE = 2 << 20
CRYPTO_ENCRYPTED, CRYPTO_SIGNED = 1, 2
# What a copy takes over a bad cable is mostly waiting.
SPOILT_SIZE = 1 << 20
SHADOW_OPERATIONS = 200
SEED = int(os.environ.get("SEED", 0)) or int.from_bytes(os.urandom(4), "little")


def make(path, size):
    with open(path, "wb") as file:
        for number in range(size // LINE):
            file.write(MARK + b"%030d\n" % number)


def copy(verb, host, size, *options):
    """A copy; what the client says."""
    for folder in (SHARED, LOCAL):
        for path in folder.iterdir():
            path.unlink()
    source, target = SHARED / "file", LOCAL / "file"
    words = [address(host, "file"), LOCAL]
    if verb == "put":
        source, target = target, source
        words = [source, address(host, "file")]
    make(source, size)
    end = penstock(verb, "-v", *options, *words, patience=300)
    assert end.returncode == 0, f"status {end.returncode}: {end.stderr}"
    assert source.read_bytes() == target.read_bytes(), "the copy differs"
    return end.stderr


def transforms(packets, verb):
    """The kinds of protection that READ responses, or WRITE requests, say of placed data (MS-SMB2
    2.2.20, 2.2.21, 2.2.43)."""
    found = set()
    for packet in packets:
        place = packet.find(b"\xfeSMB")
        if place < 0:
            continue
        message = packet[place:]
        if len(message) < 112:
            continue
        command, = struct.unpack_from("<H", message, 12)
        is_answer = message[16] & 1
        if verb == "get" and command == 8 and is_answer:
            start, flags = message[66], struct.unpack_from("<I", message, 76)[0]
            if not flags & 1:
                continue
        elif verb == "put" and command == 9 and not is_answer:
            channel, = struct.unpack_from("<I", message, 96)
            start, = struct.unpack_from("<H", message, 104)
            if channel != 3:
                continue
        else:
            continue
        count, = struct.unpack_from("<H", message, start + 8)
        if count:
            found.add(struct.unpack_from("<H", message, start + 16)[0])
    return found


def listened(cable, fabric, verb, option):
    with_server(cable, fabric, lambda: listen(cable, fabric, verb, option))


def listen(cable, fabric, verb, option):
    capture = Capture(cable.name(fabric, 1), WORK / "capture")
    try:
        options = ["--transport", "rdma", *([option] if option else [])]
        said = copy(verb, cable.host(fabric), SIZE, *options)
    finally:
        packets = list(capture.packets(cable.host(fabric, 0), cable.host(fabric)))
    data = b"".join(packets)
    assert len(data) > SIZE, f"{len(data)} bytes on the wire: the data went another way"
    marks, kinds = data.count(MARK), transforms(packets, verb)
    told = f"{marks} marks, protection {kinds or 'none'}, {len(packets)} packets\n{said}"
    if option == "--encrypt":
        # The messages are encrypted too, what they say of the data with them.
        assert marks == 0, told
        assert b"\xfdSMB" in data and "placed, encrypted" in said, told
        return
    assert marks > SIZE // LINE * 9 // 10, told
    expected = {CRYPTO_SIGNED} if option else set()
    assert kinds == expected, told
    assert ("placed, signed" if option else "placed") in said, told


def spoilt(cable, fabric, how):
    """Copies both ways and a comparison while the cable is bad."""
    def body():
        cable.spoil(fabric, *how.split())
        try:
            for verb in ("get", "put"):
                copy(verb, cable.host(fabric), SPOILT_SIZE)
            bench(cable.host(fabric), "shadow", "shadow", SHADOW_OPERATIONS, SEED,
                  transport="auto", patience=300)
            sent, dropped = cable.counts(fabric)
            assert sent > 2 * SPOILT_SIZE, f"{sent} bytes: the data went another way"
            assert dropped > 0 or how != "loss 5%", f"nothing of {sent} bytes was lost"
        finally:
            cable.mend(fabric)
    with_server(cable, fabric, body)


def with_server(cable, fabric, body):
    cable.use(fabric)
    server = Server(devices=2)
    try:
        body()
    finally:
        server.stop()


def cases(cable):
    for fabric in FABRICS:
        for verb in ("get", "put"):
            for option in ("", "--sign", "--encrypt"):
                yield (f"{verb} {option or 'plain'} over {fabric} is what it should be",
                       lambda f=fabric, v=verb, o=option: listened(cable, f, v, o))
        # Of what is delayed, some packets overtake the others.
        for how in ("loss 0.1%", "loss 1%", "loss 5%", "delay 5ms", "delay 1ms reorder 1%",
                    "delay 1ms reorder 5%", "duplicate 2%", "corrupt 1%"):
            yield (f"{how} on {fabric}, seed {SEED}",
                   lambda f=fabric, h=how: spoilt(cable, f, h))


prepare()
shutil.rmtree(WORK / "capture", ignore_errors=True)
main("wire", cases(Cable()))
