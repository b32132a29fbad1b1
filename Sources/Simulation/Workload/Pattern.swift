/// Bytes that say which write made them: the word at each multiple of eight is the number of the
/// write and the place.
enum Pattern {
    /// The bytes that write number `write` puts at `range` of a file.
    static func bytes(_ write: UInt32, _ range: Range<Int>) -> [UInt8] {
        let first = range.lowerBound / 8
        let last = (range.upperBound + 7) / 8
        var words: [UInt64] = []
        words.reserveCapacity(last - first)
        for place in first..<last { words.append(word(write, place)) }
        return unsafe words.withUnsafeBytes { all in
            let start = range.lowerBound - first * 8
            return unsafe [UInt8](
                UnsafeRawBufferPointer(rebasing: all[start..<start + range.count])
            )
        }
    }

    private static func word(_ write: UInt32, _ place: Int) -> UInt64 {
        UInt64(write) << 32 | UInt64(UInt32(truncatingIfNeeded: place)) ^ 0x5A5A_5A5A
    }

    /// The write that made the word around byte `offset` of a file, of which `bytes` are those
    /// from `base` on; nil when none did or it is not whole, zero for zeros.
    static func write(around offset: Int, in bytes: [UInt8], from base: Int = 0) -> UInt32? {
        let start = (offset & ~7) - base
        guard start >= 0, start + 8 <= bytes.count else { return nil }
        let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
        if word == 0 { return 0 }
        let write = UInt32(truncatingIfNeeded: word >> 32)
        return word == Self.word(write, (start + base) / 8) ? write : nil
    }
}
