/// MS-SMB2 2.2.3, 2.2.4: what an end can do on a connection.
public struct Capabilities: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let dfs = Capabilities(rawValue: 0x0000_0001)
    public static let leasing = Capabilities(rawValue: 0x0000_0002)
    /// Requests that cost more than one credit.
    public static let largeMTU = Capabilities(rawValue: 0x0000_0004)
    public static let multiChannel = Capabilities(rawValue: 0x0000_0008)
    public static let persistentHandles = Capabilities(rawValue: 0x0000_0010)
    public static let directoryLeasing = Capabilities(rawValue: 0x0000_0020)
    /// 3.0 and 3.0.2 only; 3.1.1 negotiates ciphers with a context.
    public static let encryption = Capabilities(rawValue: 0x0000_0040)
    public static let notifications = Capabilities(rawValue: 0x0000_0080)
}
