public import Wire

/// MS-SMB2 2.2.32.6: what the server had answered to NEGOTIATE, sent under the session's signature.
public struct ValidateNegotiateResponse: Hashable, Sendable {
    public static let fixedSize = 24

    public var capabilities: UInt32
    public var serverGUID: GUID
    public var securityMode: UInt16
    public var dialect: UInt16

    public init(capabilities: UInt32, serverGUID: GUID, securityMode: UInt16, dialect: UInt16) {
        self.capabilities = capabilities
        self.serverGUID = serverGUID
        self.securityMode = securityMode
        self.dialect = dialect
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        capabilities = try reader.read()
        serverGUID = try GUID(from: &reader)
        securityMode = try reader.read()
        dialect = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(capabilities)
        serverGUID.encode(to: &writer)
        writer.write(securityMode)
        writer.write(dialect)
    }
}
