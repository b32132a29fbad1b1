public import Wire

/// MS-SMB2 2.2.2: the body of a response whose status says that the request failed.
public struct ErrorResponse: Hashable, Sendable {
    public static let fixedSize = 8
    public static let structureSize: UInt16 = 9

    /// 3.1.1 only (2.2.2.1). When there are any, `data` is empty.
    public var contexts: [Context]
    /// Error data of the older dialects, formatted as the status demands (2.2.2.2).
    public var data: [UInt8]

    /// MS-SMB2 2.2.2.1: one piece of error data of the 3.1.1 dialect.
    public struct Context: Hashable, Sendable {
        /// SMB2_ERROR_ID_DEFAULT.
        public static let defaultID: UInt32 = 0
        /// SMB2_ERROR_ID_SHARE_REDIRECT.
        public static let shareRedirectID: UInt32 = 0x7264_5253

        public var id: UInt32
        public var data: [UInt8]

        public init(id: UInt32 = Context.defaultID, data: [UInt8]) {
            self.id = id
            self.data = data
        }
    }

    public init(contexts: [Context] = [], data: [UInt8] = []) {
        self.contexts = contexts
        self.data = data
    }

    /// Error data in the form that `dialect` prescribes.
    public init(data: [UInt8], dialect: Dialect) {
        if dialect == .smb311 {
            self.init(contexts: [Context(data: data)])
        } else {
            self.init(data: data)
        }
    }

    /// The error data, whichever way the dialect wraps it.
    public var payload: [UInt8] { contexts.first?.data ?? data }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        try reader.expectStructureSize(Self.structureSize)
        let contextCount = try reader.read(UInt8.self)
        try reader.skip(1)
        let byteCount = Int(try reader.read(UInt32.self))
        let end = reader.offset
        contexts = []
        data = []
        guard byteCount <= reader.remaining else { throw WireError(.outOfBounds, at: end - 4) }
        if contextCount == 0 {
            data = try reader.readBytes(count: byteCount)
            return
        }
        for index in 0..<contextCount {
            if index > 0 {
                let excess = (reader.offset - start) % 8
                if excess != 0 { try reader.skip(8 - excess) }
            }
            let count = Int(try reader.read(UInt32.self))
            let id = try reader.read(UInt32.self)
            contexts.append(Context(id: id, data: try reader.readBytes(count: count)))
        }
        guard reader.offset - end <= byteCount else {
            throw WireError(.outOfBounds, at: end - 4)
        }
    }

    public func encode(to writer: inout WireWriter) {
        let start = writer.count
        writer.write(Self.structureSize)
        writer.write(UInt8(clamping: contexts.count))
        writer.write(UInt8(0))
        let byteCount = writer.reserve(UInt32.self)
        let end = writer.count
        if contexts.isEmpty {
            writer.write(bytes: data)
        }
        for (index, context) in contexts.prefix(Int(UInt8.max)).enumerated() {
            if index > 0 {
                let excess = (writer.count - start) % 8
                if excess != 0 { writer.write(zeros: 8 - excess) }
            }
            writer.write(UInt32(context.data.count))
            writer.write(context.id)
            writer.write(bytes: context.data)
        }
        writer.fill(byteCount, with: writer.count - end)
        // The structure size counts one byte of data, and peers insist on it.
        if writer.count == end { writer.write(UInt8(0)) }
    }
}
