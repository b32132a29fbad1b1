import FileStore
import SMBMessages
import Testing

/// Sizes, holes and copies.
@Suite struct RangeTests {
    @Test(arguments: Ground.allCases)
    func changesSizes(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.write("f", "0123456789")
        try file.setEndOfFile(4)
        #expect(try file.text() == "0123")
        try file.setEndOfFile(6)
        #expect(try file.bytes(at: 0, count: 10) == Array("0123\0\0".utf8))
        try file.setAllocation(1 << 20)
        let reserved = try file.metadata()
        #expect(reserved.endOfFile == 6)
        #expect(reserved.allocationSize >= 1 << 20)
        try file.setAllocation(2)
        #expect(try file.text() == "01")
        #expect(throws: NTStatus.invalidParameter) { try file.setEndOfFile(.max) }
        #expect(throws: NTStatus.diskFull) { try file.setAllocation(1 << 55) }
        #expect(throws: NTStatus.invalidParameter) { try file.write("x", at: .max) }
    }

    @Test(arguments: Ground.allCases)
    func punchesHoles(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.open("f", .create).file
        let block = 65536 as UInt64
        try file.write(String(repeating: "x", count: Int(block) * 4), at: 0)
        let whole = FileRange(offset: 0, count: block * 8)
        #expect(
            try file.allocatedRanges(in: whole, limit: 10)
                == [FileRange(offset: 0, count: block * 4)]
        )
        try file.setSparse(true)
        #expect(try file.metadata().attributes.contains(.sparseFile))
        try file.zero(FileRange(offset: block, count: block))
        #expect(
            try file.allocatedRanges(in: whole, limit: 10) == [
                FileRange(offset: 0, count: block),
                FileRange(offset: block * 2, count: block * 2),
            ]
        )
        #expect(try file.allocatedRanges(in: whole, limit: 1).count == 1)
        #expect(try file.bytes(at: block - 1, count: 2) == [0x78, 0])
        #expect(try file.metadata().endOfFile == block * 4)
        try file.zero(FileRange(offset: block * 3, count: .max / 4))
        #expect(try file.metadata().endOfFile == block * 4)
        try file.setSparse(false)
        #expect(try file.metadata().attributes == .archive)
        try file.zero(FileRange(offset: 0, count: 10))
        #expect(try file.bytes(at: 9, count: 2) == [0, 0x78])
        let beyond = FileRange(offset: 1, count: .max)
        #expect(throws: NTStatus.invalidParameter) { try file.zero(beyond) }
        #expect(throws: NTStatus.invalidParameter) {
            try file.allocatedRanges(in: beyond, limit: 1)
        }
    }

    @Test(arguments: Ground.allCases)
    func copies(ground: Ground) throws {
        let ground = try Playground(ground)
        let source = try ground.write("s", "0123456789")
        let target = try ground.write("t", "abcdef")
        let copied = try target.copyRange(
            from: source,
            sourceOffset: 4,
            targetOffset: 2,
            count: 100
        )
        #expect(copied == 6)
        #expect(try target.text() == "ab456789")
        #expect(
            try target.copyRange(from: source, sourceOffset: 50, targetOffset: 0, count: 1) == 0
        )
        _ = try source.copyRange(from: source, sourceOffset: 0, targetOffset: 2, count: 8)
        #expect(try source.text() == "0101234567")
        _ = try source.copyRange(from: source, sourceOffset: 2, targetOffset: 0, count: 8)
        #expect(try source.text() == "0123456767")
        let stream = try ground.open("s:x", .create).file
        _ = try stream.copyRange(from: target, sourceOffset: 0, targetOffset: 1, count: 3)
        #expect(try stream.text() == "\0ab4")
        _ = try target.copyRange(from: stream, sourceOffset: 1, targetOffset: 0, count: 3)
        #expect(try target.text() == "ab456789")
    }

    @Test func copiesLongOverlaps() throws {
        let ground = try Playground()
        let file = try ground.open("f", .create).file
        let count = 3 << 20
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        _ = try file.write(unsafe bytes.span.bytes, at: 0)
        let copied = try file.copyRange(
            from: file,
            sourceOffset: 0,
            targetOffset: 1000,
            count: UInt64(count)
        )
        #expect(copied == UInt64(count))
        #expect(try file.bytes(at: 1000, count: count) == bytes)
    }

    @Test func answersForSpecialFiles() throws {
        let ground = try Playground()
        let directory = try ground.makeDirectory("d")
        #expect(throws: NTStatus.invalidDeviceRequest) { try directory.text() }
        #expect(throws: NTStatus.invalidDeviceRequest) { try directory.write("x", at: 0) }
        let plain = try ground.open("f", .create, access: []).file
        #expect(plain.descriptor == -1)
        #expect(throws: NTStatus.accessDenied) { try plain.text() }
    }
}
