/// What a store offers; the server turns it into FileFsAttributeInformation (MS-FSCC 2.5.1).
public struct StoreCapabilities: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readOnly = StoreCapabilities(rawValue: 1 << 0)
    /// Two names that differ only in case can both be found by ordinary opens.
    public static let caseSensitive = StoreCapabilities(rawValue: 1 << 1)
    public static let namedStreams = StoreCapabilities(rawValue: 1 << 2)
    public static let extendedAttributes = StoreCapabilities(rawValue: 1 << 3)
    /// Security descriptors are kept, not only made from the mode.
    public static let persistentSecurity = StoreCapabilities(rawValue: 1 << 4)
    public static let sparseFiles = StoreCapabilities(rawValue: 1 << 5)
    public static let hardLinks = StoreCapabilities(rawValue: 1 << 6)
    public static let symbolicLinks = StoreCapabilities(rawValue: 1 << 7)
    /// `cloneRange` shares blocks.
    public static let reflinks = StoreCapabilities(rawValue: 1 << 8)
}
