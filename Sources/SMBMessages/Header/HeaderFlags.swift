/// MS-SMB2 2.2.1.1: how a message is to be processed.
public struct HeaderFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// SMB2_FLAGS_SERVER_TO_REDIR: the message is a response.
    public static let response = HeaderFlags(rawValue: 0x0000_0001)
    /// The header is of the ASYNC form.
    public static let async = HeaderFlags(rawValue: 0x0000_0002)
    /// The request goes on with the session, tree and file of the one before it in the compound.
    public static let related = HeaderFlags(rawValue: 0x0000_0004)
    public static let signed = HeaderFlags(rawValue: 0x0000_0008)
    public static let dfs = HeaderFlags(rawValue: 0x1000_0000)
    public static let replay = HeaderFlags(rawValue: 0x2000_0000)

    /// SMB2_FLAGS_PRIORITY_MASK, 3.1.1 only: 0 to 7.
    public var priority: UInt8 {
        get { UInt8(rawValue >> 4 & 7) }
        set { rawValue = rawValue & ~0x70 | UInt32(newValue & 7) << 4 }
    }
}
