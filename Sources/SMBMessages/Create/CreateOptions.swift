/// MS-SMB2 2.2.13: how to open or create.
public struct CreateOptions: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let directoryFile = CreateOptions(rawValue: 0x0000_0001)
    public static let writeThrough = CreateOptions(rawValue: 0x0000_0002)
    public static let sequentialOnly = CreateOptions(rawValue: 0x0000_0004)
    public static let noIntermediateBuffering = CreateOptions(rawValue: 0x0000_0008)
    public static let synchronousIOAlert = CreateOptions(rawValue: 0x0000_0010)
    public static let synchronousIONonAlert = CreateOptions(rawValue: 0x0000_0020)
    public static let nonDirectoryFile = CreateOptions(rawValue: 0x0000_0040)
    public static let completeIfOplocked = CreateOptions(rawValue: 0x0000_0100)
    public static let noEAKnowledge = CreateOptions(rawValue: 0x0000_0200)
    public static let openRemoteInstance = CreateOptions(rawValue: 0x0000_0400)
    public static let randomAccess = CreateOptions(rawValue: 0x0000_0800)
    public static let deleteOnClose = CreateOptions(rawValue: 0x0000_1000)
    public static let openByFileID = CreateOptions(rawValue: 0x0000_2000)
    public static let openForBackupIntent = CreateOptions(rawValue: 0x0000_4000)
    public static let noCompression = CreateOptions(rawValue: 0x0000_8000)
    public static let openRequiringOplock = CreateOptions(rawValue: 0x0001_0000)
    public static let disallowExclusive = CreateOptions(rawValue: 0x0002_0000)
    public static let reserveOpFilter = CreateOptions(rawValue: 0x0010_0000)
    public static let openReparsePoint = CreateOptions(rawValue: 0x0020_0000)
    public static let openNoRecall = CreateOptions(rawValue: 0x0040_0000)
    public static let openForFreeSpaceQuery = CreateOptions(rawValue: 0x0080_0000)
}
