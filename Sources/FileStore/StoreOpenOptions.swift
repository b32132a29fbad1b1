/// The CreateOptions of MS-SMB2 2.2.13 that concern a store.
public struct StoreOpenOptions: OptionSet, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// FILE_DIRECTORY_FILE.
    public static let directory = StoreOpenOptions(rawValue: 1 << 0)
    /// FILE_NON_DIRECTORY_FILE.
    public static let nonDirectory = StoreOpenOptions(rawValue: 1 << 1)
    /// FILE_OPEN_REPARSE_POINT: a symbolic link itself, not what it points to.
    public static let reparsePoint = StoreOpenOptions(rawValue: 1 << 2)
    /// FILE_WRITE_THROUGH.
    public static let writeThrough = StoreOpenOptions(rawValue: 1 << 3)
}
