public import Wire

/// MS-SMB2 2.2.5: one round of authentication, for a new session, a known one, or another channel.
public struct SessionSetupRequest: Hashable, Sendable {
    public static let fixedSize = 24
    public static let structureSize: UInt16 = 25

    /// SMB2_SESSION_FLAG_BINDING: join an existing session to this connection.
    public var isBinding: Bool
    public var securityMode: SecurityMode
    public var capabilities: Capabilities
    /// A session of a lost connection, which the server shall close; or zero.
    public var previousSessionID: UInt64
    public var securityBuffer: [UInt8]

    public init(
        isBinding: Bool = false,
        securityMode: SecurityMode,
        capabilities: Capabilities = [],
        previousSessionID: UInt64 = 0,
        securityBuffer: [UInt8]
    ) {
        self.isBinding = isBinding
        self.securityMode = securityMode
        self.capabilities = capabilities
        self.previousSessionID = previousSessionID
        self.securityBuffer = securityBuffer
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        isBinding = try reader.read(UInt8.self) & 1 != 0
        securityMode = SecurityMode(rawValue: UInt16(try reader.read(UInt8.self)))
        capabilities = Capabilities(rawValue: try reader.read())
        try reader.skip(4)
        let offset = Int(try reader.read(UInt16.self))
        let count = Int(try reader.read(UInt16.self))
        previousSessionID = try reader.read()
        securityBuffer = try reader.buffer(at: offset, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt8(isBinding ? 1 : 0))
        writer.write(UInt8(truncatingIfNeeded: securityMode.rawValue))
        writer.write(capabilities.rawValue)
        writer.write(UInt32(0))
        let offset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: securityBuffer.count))
        writer.write(previousSessionID)
        writer.fillOffset(offset)
        writer.write(bytes: securityBuffer)
    }
}
