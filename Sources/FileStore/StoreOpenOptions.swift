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
    /// Fail with ACCESS_DENIED rather than overwrite a file that is HIDDEN or SYSTEM when the
    /// request does not carry the same attribute (MS-FSA 2.1.5.1.2).
    public static let checksHiddenAndSystem = StoreOpenOptions(rawValue: 1 << 4)
}
