internal import Glibc

/// The data of a measurement: noise that does not compress, with each page marked by its place
/// and its turn, so that a page that is old or in the wrong place is seen.
struct BenchPattern {
    static let pageByteCount = 4096

    /// One block, marked for the last place it was made for.
    private(set) var bytes: [UInt8]

    init(blockByteCount: Int) {
        var state: UInt64 = 0x6A09_E667_F3BC_C908
        bytes = []
        bytes.reserveCapacity(blockByteCount)
        while bytes.count < blockByteCount {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: state >> shift))
            }
        }
        bytes.removeLast(bytes.count - blockByteCount)
    }

    /// Marks the pages of the block at `offset` in turn number `turn`.
    mutating func mark(offset: UInt64, turn: UInt64) {
        unsafe bytes.withUnsafeMutableBytes { all in
            var place = 0
            while place + 8 <= all.count {
                let word = Self.mark(offset + UInt64(place), turn)
                unsafe all.storeBytes(of: word.littleEndian, toByteOffset: place, as: UInt64.self)
                place += Self.pageByteCount
            }
        }
    }

    private static func mark(_ offset: UInt64, _ turn: UInt64) -> UInt64 {
        (offset / UInt64(pageByteCount)) &* 0x9E37_79B9_7F4A_7C15 ^ turn &<< 48
    }

    /// Whether `found` is what the block was last marked for.
    func matches(_ found: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.withUnsafeBytes { expected in
            guard let first = expected.baseAddress, let second = found.baseAddress else {
                return unsafe expected.isEmpty && found.isEmpty
            }
            guard found.count <= expected.count else { return false }
            return unsafe memcmp(first, second, found.count) == 0
        }
    }
}
