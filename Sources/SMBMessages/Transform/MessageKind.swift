public import Wire

/// What the first four bytes of a message say it is.
public enum MessageKind: Hashable, Sendable {
    case smb2
    case smb1
    /// MS-SMB2 2.2.41.
    case encrypted
    /// MS-SMB2 2.2.42.
    case compressed
    case unknown

    /// 0xFC 'S' 'M' 'B', read as a little-endian integer.
    public static let compressedProtocolID: UInt32 = 0x424D_53FC

    /// Looks at the next four bytes without consuming them.
    @_lifetime(reader: copy reader)
    public init(peeking reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        let protocolID = try reader.read(UInt32.self)
        try reader.seek(to: start)
        self =
            switch protocolID {
            case Header.protocolID: .smb2
            case MultiProtocolNegotiate.protocolID: .smb1
            case TransformHeader.protocolID: .encrypted
            case Self.compressedProtocolID: .compressed
            default: .unknown
            }
    }
}
