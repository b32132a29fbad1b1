/// Which changes complete a CHANGE_NOTIFY (MS-SMB2 2.2.35).
public struct CompletionFilter: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let fileName = CompletionFilter(rawValue: 0x0001)
    public static let directoryName = CompletionFilter(rawValue: 0x0002)
    public static let attributes = CompletionFilter(rawValue: 0x0004)
    public static let size = CompletionFilter(rawValue: 0x0008)
    public static let lastWrite = CompletionFilter(rawValue: 0x0010)
    public static let lastAccess = CompletionFilter(rawValue: 0x0020)
    public static let creation = CompletionFilter(rawValue: 0x0040)
    public static let extendedAttributes = CompletionFilter(rawValue: 0x0080)
    public static let security = CompletionFilter(rawValue: 0x0100)
    public static let streamName = CompletionFilter(rawValue: 0x0200)
    public static let streamSize = CompletionFilter(rawValue: 0x0400)
    public static let streamWrite = CompletionFilter(rawValue: 0x0800)

    /// Every bit that has a meaning.
    public static let all = CompletionFilter(rawValue: 0x0FFF)
}
