public import Wire

/// MS-SMB2 2.2.4: what the server has chosen, and how much it takes at once.
public struct NegotiateResponse: Hashable, Sendable {
    public static let fixedSize = 64
    public static let structureSize: UInt16 = 65

    public var securityMode: SecurityMode
    public var dialect: Dialect
    public var serverGUID: GUID
    public var capabilities: Capabilities
    /// Bytes of QUERY_INFO, QUERY_DIRECTORY, SET_INFO and CHANGE_NOTIFY buffers.
    public var maxTransactSize: UInt32
    public var maxReadSize: UInt32
    public var maxWriteSize: UInt32
    public var systemTime: FileTime
    public var serverStartTime: FileTime
    /// The first SPNEGO token, or nothing where the client shall begin.
    public var securityBuffer: [UInt8]
    /// 3.1.1 only.
    public var contexts: [NegotiateContext]

    public init(
        securityMode: SecurityMode,
        dialect: Dialect,
        serverGUID: GUID,
        capabilities: Capabilities,
        maxTransactSize: UInt32,
        maxReadSize: UInt32,
        maxWriteSize: UInt32,
        systemTime: FileTime,
        serverStartTime: FileTime = .zero,
        securityBuffer: [UInt8] = [],
        contexts: [NegotiateContext] = []
    ) {
        self.securityMode = securityMode
        self.dialect = dialect
        self.serverGUID = serverGUID
        self.capabilities = capabilities
        self.maxTransactSize = maxTransactSize
        self.maxReadSize = maxReadSize
        self.maxWriteSize = maxWriteSize
        self.systemTime = systemTime
        self.serverStartTime = serverStartTime
        self.securityBuffer = securityBuffer
        self.contexts = contexts
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        securityMode = SecurityMode(rawValue: try reader.read())
        dialect = Dialect(rawValue: try reader.read())
        let contextCount = Int(try reader.read(UInt16.self))
        serverGUID = try GUID(from: &reader)
        capabilities = Capabilities(rawValue: try reader.read())
        maxTransactSize = try reader.read()
        maxReadSize = try reader.read()
        maxWriteSize = try reader.read()
        systemTime = try FileTime(from: &reader)
        serverStartTime = try FileTime(from: &reader)
        let bufferOffset = Int(try reader.read(UInt16.self))
        let bufferCount = Int(try reader.read(UInt16.self))
        let contextOffset = Int(try reader.read(UInt32.self))
        securityBuffer = try reader.buffer(at: bufferOffset, count: bufferCount)
        contexts = []
        if dialect == .smb311 {
            contexts = try NegotiateContextList.decode(
                from: &reader,
                at: contextOffset,
                count: contextCount
            )
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(securityMode.rawValue)
        writer.write(dialect.rawValue)
        writer.write(UInt16(clamping: contexts.count))
        serverGUID.encode(to: &writer)
        writer.write(capabilities.rawValue)
        writer.write(maxTransactSize)
        writer.write(maxReadSize)
        writer.write(maxWriteSize)
        systemTime.encode(to: &writer)
        serverStartTime.encode(to: &writer)
        let bufferOffset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: securityBuffer.count))
        let contextOffset = writer.reserve(UInt32.self)
        writer.fillOffset(bufferOffset)
        writer.write(bytes: securityBuffer)
        NegotiateContextList.encode(contexts, offset: contextOffset, to: &writer)
    }
}
