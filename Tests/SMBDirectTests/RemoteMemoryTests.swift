import SMBDirect
import Testing
import Wire

@Suite struct RemoteMemoryTests {
    static let pieces = [
        BufferDescriptor(offset: 0x1000, token: 7, length: 4096),
        BufferDescriptor(offset: .max, token: .max, length: .max),
    ]

    static func bytes(_ pieces: [BufferDescriptor]) -> [UInt8] {
        var writer = WireWriter()
        for piece in pieces { piece.encode(to: &writer) }
        return writer.finish()
    }

    static func decode(_ bytes: [UInt8], count: Int) throws -> RemoteMemory? {
        try withReader(over: bytes) { reader throws(WireError) in
            try RemoteMemory(from: &reader, count: count)
        }
    }

    @Test func keepsPiecesInOrder() throws {
        let memory = try #require(try Self.decode(Self.bytes(Self.pieces), count: 32))
        #expect(memory.descriptorCount == 2)
        #expect([memory[0], memory[1]] == Self.pieces)
        #expect(memory.byteCount == 4096 + Int(UInt32.max))
    }

    @Test(arguments: [0, 8, 17, 31])
    func refusesOddCounts(count: Int) throws {
        #expect(try Self.decode(Self.bytes(Self.pieces), count: count) == nil)
    }

    @Test func refusesTooMany() throws {
        let many = Array(repeating: Self.pieces[0], count: RemoteMemory.descriptorsMax + 1)
        let bytes = Self.bytes(many)
        #expect(try Self.decode(bytes, count: bytes.count) == nil)
        #expect(try Self.decode(bytes, count: bytes.count - 16)?.descriptorCount == 256)
    }

    @Test func refusesTruncation() {
        #expect(throws: WireError.self) {
            _ = try Self.decode(Array(Self.bytes(Self.pieces).dropLast()), count: 32)
        }
    }
}
