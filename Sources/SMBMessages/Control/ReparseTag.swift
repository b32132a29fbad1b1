/// Who understands a reparse point (MS-FSCC 2.1.2.1).
public struct ReparseTag: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let none = ReparseTag(rawValue: 0)
    public static let mountPoint = ReparseTag(rawValue: 0xA000_0003)
    public static let symbolicLink = ReparseTag(rawValue: 0xA000_000C)
    public static let nfs = ReparseTag(rawValue: 0x8000_0014)
    public static let lxSymbolicLink = ReparseTag(rawValue: 0xA000_001D)
    public static let unixSocket = ReparseTag(rawValue: 0x8000_0023)
    public static let lxFIFO = ReparseTag(rawValue: 0x8000_0024)
    public static let lxCharacterDevice = ReparseTag(rawValue: 0x8000_0025)
    public static let lxBlockDevice = ReparseTag(rawValue: 0x8000_0026)

    /// Tags that Microsoft gave out; the others carry a GUID behind their header.
    public var isMicrosoft: Bool { rawValue & 0x8000_0000 != 0 }
}
