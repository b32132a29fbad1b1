/// What an open may do, or asks to (MS-SMB2 2.2.13.1, MS-DTYP 2.4.3).
public struct AccessMask: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readData = AccessMask(rawValue: 0x0000_0001)
    public static let writeData = AccessMask(rawValue: 0x0000_0002)
    public static let appendData = AccessMask(rawValue: 0x0000_0004)
    public static let readExtendedAttributes = AccessMask(rawValue: 0x0000_0008)
    public static let writeExtendedAttributes = AccessMask(rawValue: 0x0000_0010)
    public static let execute = AccessMask(rawValue: 0x0000_0020)
    public static let deleteChild = AccessMask(rawValue: 0x0000_0040)
    public static let readAttributes = AccessMask(rawValue: 0x0000_0080)
    public static let writeAttributes = AccessMask(rawValue: 0x0000_0100)
    public static let delete = AccessMask(rawValue: 0x0001_0000)
    public static let readControl = AccessMask(rawValue: 0x0002_0000)
    public static let writeDAC = AccessMask(rawValue: 0x0004_0000)
    public static let writeOwner = AccessMask(rawValue: 0x0008_0000)
    public static let synchronize = AccessMask(rawValue: 0x0010_0000)
    public static let accessSystemSecurity = AccessMask(rawValue: 0x0100_0000)
    public static let maximumAllowed = AccessMask(rawValue: 0x0200_0000)
    public static let genericAll = AccessMask(rawValue: 0x1000_0000)
    public static let genericExecute = AccessMask(rawValue: 0x2000_0000)
    public static let genericWrite = AccessMask(rawValue: 0x4000_0000)
    public static let genericRead = AccessMask(rawValue: 0x8000_0000)

    /// The same bits as they are named for directories.
    public static let listDirectory = AccessMask.readData
    public static let addFile = AccessMask.writeData
    public static let addSubdirectory = AccessMask.appendData
    public static let traverse = AccessMask.execute

    /// Every right that a file or directory has (FILE_ALL_ACCESS).
    public static let fileAll = AccessMask(rawValue: 0x001F_01FF)
    public static let fileRead = AccessMask(rawValue: 0x0012_0089)
    public static let fileWrite = AccessMask(rawValue: 0x0012_0116)
    public static let fileExecute = AccessMask(rawValue: 0x0012_00A0)
    public static let anyGeneric: AccessMask = [
        .genericAll, .genericExecute, .genericRead, .genericWrite,
    ]

    /// Generic rights replaced by what they mean for a file (MS-DTYP 2.4.3, MS-FSA 2.1.5.1).
    public var mappedForFile: AccessMask {
        var mapped = subtracting(.anyGeneric)
        if contains(.genericAll) { mapped.formUnion(.fileAll) }
        if contains(.genericRead) { mapped.formUnion(.fileRead) }
        if contains(.genericWrite) { mapped.formUnion(.fileWrite) }
        if contains(.genericExecute) { mapped.formUnion(.fileExecute) }
        return mapped
    }
}
