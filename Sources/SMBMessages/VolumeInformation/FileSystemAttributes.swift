/// What a file system can do (MS-FSCC 2.5.1).
public struct FileSystemAttributes: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let caseSensitiveSearch = FileSystemAttributes(rawValue: 0x0000_0001)
    public static let casePreservedNames = FileSystemAttributes(rawValue: 0x0000_0002)
    public static let unicodeOnDisk = FileSystemAttributes(rawValue: 0x0000_0004)
    public static let persistentACLs = FileSystemAttributes(rawValue: 0x0000_0008)
    public static let fileCompression = FileSystemAttributes(rawValue: 0x0000_0010)
    public static let volumeQuotas = FileSystemAttributes(rawValue: 0x0000_0020)
    public static let supportsSparseFiles = FileSystemAttributes(rawValue: 0x0000_0040)
    public static let supportsReparsePoints = FileSystemAttributes(rawValue: 0x0000_0080)
    public static let supportsObjectIDs = FileSystemAttributes(rawValue: 0x0001_0000)
    public static let supportsEncryption = FileSystemAttributes(rawValue: 0x0002_0000)
    public static let namedStreams = FileSystemAttributes(rawValue: 0x0004_0000)
    public static let readOnlyVolume = FileSystemAttributes(rawValue: 0x0008_0000)
    public static let supportsHardLinks = FileSystemAttributes(rawValue: 0x0040_0000)
    public static let supportsExtendedAttributes = FileSystemAttributes(rawValue: 0x0080_0000)
    public static let supportsOpenByFileID = FileSystemAttributes(rawValue: 0x0100_0000)
    public static let supportsBlockRefcounting = FileSystemAttributes(rawValue: 0x0800_0000)
}
