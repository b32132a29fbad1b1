/// What kind of file it is and how it asks to be treated (MS-FSCC 2.6).
public struct FileAttributes: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readOnly = FileAttributes(rawValue: 0x0000_0001)
    public static let hidden = FileAttributes(rawValue: 0x0000_0002)
    public static let system = FileAttributes(rawValue: 0x0000_0004)
    public static let directory = FileAttributes(rawValue: 0x0000_0010)
    public static let archive = FileAttributes(rawValue: 0x0000_0020)
    public static let normal = FileAttributes(rawValue: 0x0000_0080)
    public static let temporary = FileAttributes(rawValue: 0x0000_0100)
    public static let sparseFile = FileAttributes(rawValue: 0x0000_0200)
    public static let reparsePoint = FileAttributes(rawValue: 0x0000_0400)
    public static let compressed = FileAttributes(rawValue: 0x0000_0800)
    public static let offline = FileAttributes(rawValue: 0x0000_1000)
    public static let notContentIndexed = FileAttributes(rawValue: 0x0000_2000)
    public static let encrypted = FileAttributes(rawValue: 0x0000_4000)
    public static let integrityStream = FileAttributes(rawValue: 0x0000_8000)
    public static let noScrubData = FileAttributes(rawValue: 0x0002_0000)
    public static let recallOnOpen = FileAttributes(rawValue: 0x0004_0000)
    public static let pinned = FileAttributes(rawValue: 0x0008_0000)
    public static let unpinned = FileAttributes(rawValue: 0x0010_0000)
    public static let recallOnDataAccess = FileAttributes(rawValue: 0x0040_0000)
}
