internal import Wire

/// The 32-bit network data representation on top of a wire writer (C706 14): structures are
/// written with referent identifiers, and what they point at follows them.
struct NDRWriter: ~Copyable {
    private var writer = WireWriter()
    private var nextReferent: UInt32 = 0x0002_0000
    private var deferred: [Deferred] = []

    private enum Deferred {
        case text(String)
        case bytes([UInt8])
    }

    init() {}

    mutating func write(_ value: UInt32) {
        writer.pad(to: 4)
        writer.write(value)
    }

    /// A pointer to what the caller writes next.
    mutating func writePointer() {
        write(nextReferent)
        nextReferent += 4
    }

    mutating func writeNull() { write(0) }

    /// A pointer to a string that `flush` writes.
    mutating func writePointer(to text: String?) {
        guard let text else { return writeNull() }
        writePointer()
        deferred.append(.text(text))
    }

    /// A pointer to a conformant array of bytes that `flush` writes.
    mutating func writePointer(toBytes bytes: [UInt8]?) {
        guard let bytes else { return writeNull() }
        writePointer()
        deferred.append(.bytes(bytes))
    }

    /// What the structures written since the last call point at, in their order.
    mutating func flush() {
        for item in deferred {
            switch item {
            case .text(let text):
                write(string: text)
            case .bytes(let bytes):
                write(UInt32(clamping: bytes.count))
                writer.write(bytes: bytes)
            }
        }
        deferred.removeAll()
    }

    /// A conformant and varying string with its terminator.
    mutating func write(string text: String) {
        let count = UInt32(clamping: text.utf16.count + 1)
        write(count)
        write(0)
        write(count)
        writer.write(utf16: text)
        writer.write(UInt16(0))
    }

    /// What was written; the writer is empty afterwards.
    mutating func take() -> [UInt8] {
        flush()
        var done = WireWriter()
        swap(&done, &writer)
        return done.finish()
    }
}
