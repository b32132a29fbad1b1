import SMBMessages
import Wire

/// What can be read from a message and written into one.
protocol WireValue: Sendable {
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError)
    func encode(to writer: inout WireWriter)
}

/// One way to read a value, reduced to what a fuzzer needs of it.
struct Codec: Sendable {
    typealias Reading<Value> = @Sendable (inout WireReader) throws(WireError) -> Value

    /// Takes bytes and the offset at which the value starts in its message.
    let run: @Sendable ([UInt8], Int) -> Void

    /// Reads a value, writes it and reads that: what is written then must be the same. (The first
    /// bytes may differ: peers pad, reorder and send what nobody needs.)
    init<Value: Sendable>(
        reading read: @escaping Reading<Value>,
        writing write: @escaping @Sendable (Value, inout WireWriter) -> Void
    ) {
        run = { bytes, offset in
            guard let value = Self.value(in: bytes, at: offset, read) else { return }
            let written = Self.bytes(of: value, at: offset, write)
            guard let again = Self.value(in: written, at: offset, read) else {
                preconditionFailure("\(value) cannot be read again")
            }
            let rewritten = Self.bytes(of: again, at: offset, write)
            precondition(rewritten == written, "\(value) became \(again)")
        }
    }

    /// Reads only.
    init<Value>(reading read: @escaping Reading<Value>) {
        run = { bytes, offset in _ = Self.value(in: bytes, at: offset, read) }
    }

    init<Value: WireValue>(_ type: Value.Type) {
        self.init { reader throws(WireError) in
            try Value(from: &reader)
        } writing: { value, writer in
            value.encode(to: &writer)
        }
    }

    init<Value: FileInformation>(file type: Value.Type) {
        self.init { reader throws(WireError) in
            try Value(from: &reader)
        } writing: { value, writer in
            value.encode(to: &writer)
        }
    }

    init<Value: FileSystemInformation>(volume type: Value.Type) {
        self.init { reader throws(WireError) in
            try Value(from: &reader)
        } writing: { value, writer in
            value.encode(to: &writer)
        }
    }

    private static func bytes<Value>(
        of value: Value,
        at offset: Int,
        _ write: (Value, inout WireWriter) -> Void
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.beginMessage()
        writer.write(zeros: offset)
        write(value, &writer)
        return writer.finish()
    }

    private static func value<Value>(
        in bytes: [UInt8],
        at offset: Int,
        _ read: Reading<Value>
    ) -> Value? {
        try? withReader(over: bytes) { reader throws(WireError) in
            try reader.seek(to: offset)
            return try read(&reader)
        }
    }
}

extension FuzzTarget {
    /// Tries the codec that the first byte names on the rest.
    init(name: String, codecs: [Codec]) {
        self.init(name: name) { bytes in
            guard let first = bytes.first else { return }
            codecs[Int(first) % codecs.count].run(Array(bytes.dropFirst()), 0)
        }
    }
}
