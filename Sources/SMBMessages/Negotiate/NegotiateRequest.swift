public import Wire

/// MS-SMB2 2.2.3: the first message of a connection; what the client can speak.
public struct NegotiateRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 36

    public var dialects: [Dialect]
    public var securityMode: SecurityMode
    public var capabilities: Capabilities
    public var clientGUID: GUID
    /// Present only where `dialects` offers 3.1.1.
    public var contexts: [NegotiateContext]

    public init(
        dialects: [Dialect],
        securityMode: SecurityMode,
        capabilities: Capabilities,
        clientGUID: GUID,
        contexts: [NegotiateContext] = []
    ) {
        self.dialects = dialects
        self.securityMode = securityMode
        self.capabilities = capabilities
        self.clientGUID = clientGUID
        self.contexts = contexts
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        let dialectCount = Int(try reader.read(UInt16.self))
        securityMode = SecurityMode(rawValue: try reader.read())
        try reader.skip(2)
        capabilities = Capabilities(rawValue: try reader.read())
        clientGUID = try GUID(from: &reader)
        let contextOffset = Int(try reader.read(UInt32.self))
        let contextCount = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        guard dialectCount * 2 <= reader.remaining else {
            throw WireError(.truncated, at: reader.offset)
        }
        dialects = []
        for _ in 0..<dialectCount { dialects.append(Dialect(rawValue: try reader.read())) }
        contexts = []
        // Without 3.1.1 these eight bytes are a reserved start time.
        if dialects.contains(.smb311) {
            contexts = try NegotiateContextList.decode(
                from: &reader,
                at: contextOffset,
                count: contextCount
            )
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(clamping: dialects.count))
        writer.write(securityMode.rawValue)
        writer.write(UInt16(0))
        writer.write(capabilities.rawValue)
        clientGUID.encode(to: &writer)
        let contextOffset = writer.reserve(UInt32.self)
        writer.write(UInt16(clamping: contexts.count))
        writer.write(UInt16(0))
        for dialect in dialects { writer.write(dialect.rawValue) }
        NegotiateContextList.encode(contexts, offset: contextOffset, to: &writer)
    }
}
