/// MS-SMB2 2.2.10: what kind of thing a share is.
public struct ShareType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let disk = ShareType(rawValue: 0x01)
    public static let pipe = ShareType(rawValue: 0x02)
    public static let print = ShareType(rawValue: 0x03)
}

/// MS-SMB2 2.2.10: properties of a share. The caching policy is a field of two bits; its zero is
/// "manual".
public struct ShareFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let dfs = ShareFlags(rawValue: 0x0000_0001)
    public static let dfsRoot = ShareFlags(rawValue: 0x0000_0002)
    public static let autoCaching = ShareFlags(rawValue: 0x0000_0010)
    public static let vdoCaching = ShareFlags(rawValue: 0x0000_0020)
    public static let noCaching = ShareFlags(rawValue: 0x0000_0030)
    public static let restrictExclusiveOpens = ShareFlags(rawValue: 0x0000_0100)
    public static let forceSharedDelete = ShareFlags(rawValue: 0x0000_0200)
    public static let accessBasedEnumeration = ShareFlags(rawValue: 0x0000_0800)
    public static let forceLevelIIOplock = ShareFlags(rawValue: 0x0000_1000)
    public static let encryptData = ShareFlags(rawValue: 0x0000_8000)
    public static let compressData = ShareFlags(rawValue: 0x0010_0000)
    public static let isolatedTransport = ShareFlags(rawValue: 0x0020_0000)
}

/// MS-SMB2 2.2.10: what a share can do.
public struct ShareCapabilities: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let dfs = ShareCapabilities(rawValue: 0x0000_0008)
    public static let continuousAvailability = ShareCapabilities(rawValue: 0x0000_0010)
    public static let scaleOut = ShareCapabilities(rawValue: 0x0000_0020)
    public static let cluster = ShareCapabilities(rawValue: 0x0000_0040)
    public static let asymmetric = ShareCapabilities(rawValue: 0x0000_0080)
    public static let redirectToOwner = ShareCapabilities(rawValue: 0x0000_0100)
}
