import Seeds
import Testing
import Wire

@testable import SMBDirect

@Suite struct PlacementSlicesTests {
    typealias Slice = PlacementSlices.Slice

    static func memory(_ pieces: [BufferDescriptor]) throws -> RemoteMemory {
        let bytes = encoded { for piece in pieces { piece.encode(to: &$0) } }
        let memory = try withReader(over: bytes) { reader throws(WireError) in
            try RemoteMemory(from: &reader, count: bytes.count)
        }
        return try #require(memory)
    }

    static let pieces = [
        BufferDescriptor(offset: 0x1000, token: 1, length: 100),
        BufferDescriptor(offset: 0x9000, token: 2, length: 0),
        BufferDescriptor(offset: 0x2000, token: 3, length: 50),
    ]

    @Test func followsTheDescriptors() throws {
        let slices = try PlacementSlices(
            of: Self.memory(Self.pieces),
            count: 130,
            sliceCountMax: 64
        )
        #expect(
            Array(slices) == [
                Slice(localOffset: 0, remoteOffset: 0x1000, token: 1, count: 64),
                Slice(localOffset: 64, remoteOffset: 0x1040, token: 1, count: 36),
                Slice(localOffset: 100, remoteOffset: 0x2000, token: 3, count: 30),
            ]
        )
    }

    @Test func beginsInTheMiddle() throws {
        let slices = try PlacementSlices(
            of: Self.memory(Self.pieces),
            offset: 100,
            count: 50,
            sliceCountMax: 1 << 20
        )
        #expect(
            Array(slices) == [Slice(localOffset: 0, remoteOffset: 0x2000, token: 3, count: 50)]
        )
    }

    @Test func movesNothing() throws {
        let slices = try PlacementSlices(
            of: Self.memory(Self.pieces),
            offset: 150,
            count: 0,
            sliceCountMax: 1
        )
        #expect(Array(slices).isEmpty)
    }

    @Test(arguments: [(0, 151), (1, 150), (150, 1), (151, 0), (Int.max, 1), (1, Int.max)])
    func refusesMoreThanIsDescribed(offset: Int, count: Int) throws {
        let memory = try Self.memory(Self.pieces)
        #expect(throws: SMBDirectError.self) {
            _ = try PlacementSlices(of: memory, offset: offset, count: count, sliceCountMax: 1)
        }
    }

    @Test func refusesDescriptorsThatWrap() throws {
        let wrapping = BufferDescriptor(offset: .max - 9, token: 9, length: 11)
        let memory = try Self.memory([Self.pieces[0], wrapping])
        #expect(throws: SMBDirectError.remoteMemoryWraps(offset: .max - 9, length: 11)) {
            _ = try PlacementSlices(of: memory, count: 1, sliceCountMax: 64)
        }
    }

    @Test func reachesTheLastByteOfTheAddressSpace() throws {
        let last = BufferDescriptor(offset: .max - 9, token: 9, length: 10)
        let slices = try PlacementSlices(of: Self.memory([last]), count: 10, sliceCountMax: 4)
        let expected: [UInt64] = [.max - 9, .max - 5, .max - 1]
        #expect(slices.map(\.remoteOffset) == expected)
    }

    /// Every byte is covered once, in order, inside its descriptor, by slices of bounded length.
    @Test(arguments: 0..<200)
    func coversEveryByteOnce(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var pieces: [BufferDescriptor] = []
        for token in 0..<UInt32.random(in: 1...40, using: &generator) {
            pieces.append(
                BufferDescriptor(
                    offset: UInt64(token) << 32,
                    token: token,
                    length: UInt32.random(in: 0...300, using: &generator)
                )
            )
        }
        let memory = try Self.memory(pieces)
        let offset = Int.random(in: 0...memory.byteCount, using: &generator)
        let count = Int.random(in: 0...(memory.byteCount - offset), using: &generator)
        let sliceCountMax = Int.random(in: 1...128, using: &generator)
        // Where each byte of the peer's memory lies, counted through all descriptors.
        let expected = pieces.flatMap { piece in
            (0..<UInt64(piece.length)).map { piece.offset + $0 }
        }[offset..<offset + count]
        var covered: [UInt64] = []
        let slices = try PlacementSlices(
            of: memory,
            offset: offset,
            count: count,
            sliceCountMax: sliceCountMax
        )
        for slice in slices {
            #expect(slice.localOffset == covered.count)
            #expect(slice.count > 0 && slice.count <= sliceCountMax)
            #expect(slice.remoteOffset >> 32 == UInt64(slice.token))
            covered += (0..<UInt64(slice.count)).map { slice.remoteOffset + $0 }
        }
        #expect(covered == Array(expected))
    }
}
