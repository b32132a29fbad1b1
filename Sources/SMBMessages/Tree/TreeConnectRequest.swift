public import Wire

/// MS-SMB2 2.2.9: asks for access to a share.
public struct TreeConnectRequest: Hashable, Sendable {
    public static let fixedSize = 8
    public static let structureSize: UInt16 = 9

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let clusterReconnect = Flags(rawValue: 0x0001)
        public static let redirectToOwner = Flags(rawValue: 0x0002)
        public static let extensionPresent = Flags(rawValue: 0x0004)
    }

    /// MS-SMB2 2.2.9.2: a property of the tree connect, kept as it came.
    public struct Context: Hashable, Sendable {
        public var type: UInt16
        public var data: [UInt8]

        public init(type: UInt16, data: [UInt8]) {
            self.type = type
            self.data = data
        }
    }

    /// 3.1.1 only; older dialects leave it zero.
    public var flags: Flags
    /// `\\server\share`.
    public var path: String
    /// Present only with `extensionPresent`.
    public var contexts: [Context]

    public init(path: String, flags: Flags = [], contexts: [Context] = []) {
        self.path = path
        self.flags = flags
        self.contexts = contexts
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        try reader.expectStructureSize(Self.structureSize)
        flags = Flags(rawValue: try reader.read())
        let pathOffset = Int(try reader.read(UInt16.self))
        let pathCount = Int(try reader.read(UInt16.self))
        // With an extension too, PathOffset counts from the header and is the truth.
        path = try reader.text(at: pathOffset, byteCount: pathCount)
        contexts = []
        guard flags.contains(.extensionPresent) else { return }
        let contextOffset = Int(try reader.read(UInt32.self))
        let contextCount = Int(try reader.read(UInt16.self))
        try reader.skip(10)
        guard contextCount > 0 else { return }
        // TreeConnectContextOffset counts from the start of the request, not of its header.
        try reader.seek(to: start + contextOffset)
        for index in 0..<contextCount {
            if index > 0 {
                let excess = (reader.offset - start) % 8
                if excess != 0 { try reader.skip(8 - excess) }
            }
            let type = try reader.read(UInt16.self)
            let count = Int(try reader.read(UInt16.self))
            try reader.skip(4)
            contexts.append(Context(type: type, data: try reader.readBytes(count: count)))
        }
    }

    public func encode(to writer: inout WireWriter) {
        let start = writer.count
        writer.write(Self.structureSize)
        writer.write(flags.rawValue)
        let pathOffset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: path.utf16.count * 2))
        guard flags.contains(.extensionPresent) else {
            writer.fillOffset(pathOffset)
            writer.write(utf16: path)
            return
        }
        let contextOffset = writer.reserve(UInt32.self)
        writer.write(UInt16(clamping: contexts.count))
        writer.write(zeros: 10)
        writer.fillOffset(pathOffset)
        writer.write(utf16: path)
        for (index, context) in contexts.enumerated() {
            let excess = (writer.count - start) % 8
            if excess != 0 { writer.write(zeros: 8 - excess) }
            if index == 0 { writer.fill(contextOffset, with: writer.count - start) }
            writer.write(context.type)
            writer.write(UInt16(clamping: context.data.count))
            writer.write(UInt32(0))
            writer.write(bytes: context.data)
        }
    }
}
