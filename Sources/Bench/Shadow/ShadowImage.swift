internal import Glibc

/// What a file should hold, in memory.
///
/// Changed between operations only: those under way at once read it.
@safe final class ShadowImage: @unchecked Sendable {
    let byteCountMax: Int
    private(set) var count = 0
    private let bytes: UnsafeMutableRawBufferPointer

    init(byteCountMax: Int) {
        self.byteCountMax = byteCountMax
        unsafe bytes = .allocate(byteCount: byteCountMax, alignment: 64)
    }

    deinit { unsafe bytes.deallocate() }

    /// As the file itself: what lies between the old end and the new one is zero.
    func resize(to count: Int) {
        if count > self.count {
            let gap = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[self.count..<count])
            unsafe gap.initializeMemory(as: UInt8.self, repeating: 0)
        }
        self.count = count
    }

    /// Other bytes than before, which no other place has.
    func fill(_ range: Range<Int>, random: inout ShadowRandom) {
        if range.upperBound > count { resize(to: range.upperBound) }
        var place = range.lowerBound
        while place < range.upperBound {
            let word = random.next()
            let step = min(8, range.upperBound - place)
            unsafe withUnsafeBytes(of: word) { word in
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
                unsafe target.copyMemory(from: .init(rebasing: word[..<step]))
            }
            place += step
        }
    }

    subscript(_ range: Range<Int>) -> [UInt8] { unsafe Array(bytes[range]) }

    /// Where the first byte lies that is not as it should be, of a range that was read.
    func difference(_ range: Range<Int>, from memory: UnsafeRawBufferPointer) -> Int? {
        let own = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let first = own.baseAddress, let second = memory.baseAddress else {
            return nil
        }
        guard unsafe memcmp(first, second, range.count) != 0 else { return nil }
        return range.first { unsafe bytes[$0] != memory[$0 - range.lowerBound] }
    }

    func byte(at place: Int) -> UInt8 { unsafe bytes[place] }
}
