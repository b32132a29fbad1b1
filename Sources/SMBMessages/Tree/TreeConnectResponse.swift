public import Wire

/// MS-SMB2 2.2.10: the share is open to the session.
public struct TreeConnectResponse: Hashable, Sendable {
    public static let structureSize: UInt16 = 16

    public var shareType: ShareType
    public var shareFlags: ShareFlags
    public var capabilities: ShareCapabilities
    public var maximalAccess: AccessMask

    public init(
        shareType: ShareType,
        shareFlags: ShareFlags = [],
        capabilities: ShareCapabilities = [],
        maximalAccess: AccessMask
    ) {
        self.shareType = shareType
        self.shareFlags = shareFlags
        self.capabilities = capabilities
        self.maximalAccess = maximalAccess
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        shareType = ShareType(rawValue: try reader.read())
        try reader.skip(1)
        shareFlags = ShareFlags(rawValue: try reader.read())
        capabilities = ShareCapabilities(rawValue: try reader.read())
        maximalAccess = AccessMask(rawValue: try reader.read())
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(shareType.rawValue)
        writer.write(UInt8(0))
        writer.write(shareFlags.rawValue)
        writer.write(capabilities.rawValue)
        writer.write(maximalAccess.rawValue)
    }
}
