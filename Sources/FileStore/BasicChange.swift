public import SMBMessages
public import Wire

/// FILE_BASIC_INFORMATION to set (MS-FSCC 2.4.7); nil leaves a field alone.
public struct BasicChange: Hashable, Sendable {
    public var creationTime: FileTime?
    public var lastAccessTime: FileTime?
    public var lastWriteTime: FileTime?
    /// POSIX systems keep this time themselves; stores may ignore it.
    public var changeTime: FileTime?
    /// What cannot be set (DIRECTORY, SPARSE_FILE, REPARSE_POINT ...) is ignored.
    public var attributes: FileAttributes?

    public init(
        creationTime: FileTime? = nil,
        lastAccessTime: FileTime? = nil,
        lastWriteTime: FileTime? = nil,
        changeTime: FileTime? = nil,
        attributes: FileAttributes? = nil
    ) {
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.attributes = attributes
    }
}
