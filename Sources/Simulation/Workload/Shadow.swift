internal import Glibc

/// What a file must hold: every change is made here when its success was reported.
@safe final class Shadow: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) {
        unsafe memory = .allocate(byteCount: capacity, alignment: 8)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { unsafe memory.deallocate() }

    func write(_ data: [UInt8], at offset: Int) {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset...])
        unsafe data.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
        count = max(count, offset + data.count)
    }

    /// What is behind the end is zero, so that it is when the end moves there again.
    func resize(to newCount: Int) {
        if newCount < count {
            let gone = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[newCount..<count])
            unsafe gone.initializeMemory(as: UInt8.self, repeating: 0)
        }
        count = newCount
    }

    /// How `found`, read from `offset` on, differs from what must be there; nil when it does not.
    func difference(from found: [UInt8], at offset: Int) -> Difference? {
        guard offset + found.count <= count else { return Difference(offset: count, kind: .lost) }
        guard !found.isEmpty, let start = unsafe memory.baseAddress else { return nil }
        let order = unsafe found.withUnsafeBytes { bytes in
            unsafe bytes.baseAddress.map { unsafe memcmp($0, start + offset, bytes.count) }
        }
        guard order != 0 else { return nil }
        let bytes = unsafe [UInt8](memory[..<count])
        let place = found.indices.first { found[$0] != bytes[offset + $0] } ?? 0
        let expected = Pattern.write(around: offset + place, in: bytes) ?? 0
        let actual = Pattern.write(around: offset + place, in: found, from: offset) ?? 0
        let isOlder = actual != 0 && actual < expected
        return Difference(
            offset: offset + place,
            kind: isOlder ? .stale : .lost,
            expected: expected,
            found: actual
        )
    }
}

/// One place where a file is not as it must be.
struct Difference: CustomStringConvertible {
    enum Kind: String {
        /// What was written is not there.
        case lost
        /// An older write is there instead.
        case stale
    }

    var offset: Int
    var kind: Kind
    var expected: UInt32 = 0
    var found: UInt32 = 0

    var description: String {
        "\(kind.rawValue) at byte \(offset): write \(expected) expected, write \(found) found"
    }
}
