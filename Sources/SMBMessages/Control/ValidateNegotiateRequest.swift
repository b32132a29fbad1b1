public import Wire

/// MS-SMB2 2.2.31.4: repeats, under the session's signature, what the client had offered.
public struct ValidateNegotiateRequest: Hashable, Sendable {
    public static let fixedSize = 24

    public var capabilities: UInt32
    public var clientGUID: GUID
    public var securityMode: UInt16
    public var dialects: [UInt16]

    public init(
        capabilities: UInt32,
        clientGUID: GUID,
        securityMode: UInt16,
        dialects: [UInt16]
    ) {
        self.capabilities = capabilities
        self.clientGUID = clientGUID
        self.securityMode = securityMode
        self.dialects = dialects
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        capabilities = try reader.read()
        clientGUID = try GUID(from: &reader)
        securityMode = try reader.read()
        let count = Int(try reader.read(UInt16.self))
        dialects = []
        for _ in 0..<count { dialects.append(try reader.read()) }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(capabilities)
        clientGUID.encode(to: &writer)
        writer.write(securityMode)
        writer.write(UInt16(clamping: dialects.count))
        for dialect in dialects { writer.write(dialect) }
    }
}
