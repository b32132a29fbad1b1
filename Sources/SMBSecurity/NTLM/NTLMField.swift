internal import Wire

/// The length, maximum length and offset that stand for each payload item in an NTLM message
/// (MS-NLMP 2.2.1).
struct NTLMField {
    var count: Int
    var offset: Int

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        count = Int(try reader.read(UInt16.self))
        _ = try reader.read(UInt16.self)  // the maximum length says nothing
        offset = Int(try reader.read(UInt32.self))
    }

    /// The bytes that the field points at. An empty field may point anywhere.
    func bytes(in reader: borrowing WireReader) throws(WireError) -> [UInt8] {
        guard count > 0 else { return [] }
        var slice = try reader.slice(at: offset, count: count)
        return try slice.readBytes(count: count)
    }

    func text(in reader: borrowing WireReader) throws(WireError) -> String {
        guard count > 0 else { return "" }
        var slice = try reader.slice(at: offset, count: count)
        return try slice.readUTF16(byteCount: count)
    }

    /// Room for a field in a message being written.
    struct Mark {
        private let count: WireWriter.Mark<UInt16>
        private let countMax: WireWriter.Mark<UInt16>
        private let offset: WireWriter.Mark<UInt32>

        init(in writer: inout WireWriter) {
            count = writer.reserve(UInt16.self)
            countMax = writer.reserve(UInt16.self)
            offset = writer.reserve(UInt32.self)
        }

        /// Writes the payload item at the end and points the field at it.
        func fill(with bytes: [UInt8], in writer: inout WireWriter) {
            writer.fill(count, with: bytes.count)
            writer.fill(countMax, with: bytes.count)
            writer.fillOffset(offset)
            writer.write(bytes: bytes)
        }
    }
}
