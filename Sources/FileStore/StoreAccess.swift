/// What the open will do to the data; an open that only asks for attributes has neither.
public struct StoreAccess: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// FILE_READ_DATA or FILE_EXECUTE; a directory's listing needs none.
    public static let read = StoreAccess(rawValue: 1)
    /// FILE_WRITE_DATA or FILE_APPEND_DATA.
    public static let write = StoreAccess(rawValue: 2)
}
