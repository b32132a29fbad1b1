public import Wire

/// One entry of a directory with everything that any class of MS-FSCC 2.4 tells of it. What the
/// class does not carry stays at its default when it is decoded.
public struct DirectoryEntry: Hashable, Sendable {
    public var name: String
    public var fileIndex: UInt32 = 0
    public var creationTime = FileTime.zero
    public var lastAccessTime = FileTime.zero
    public var lastWriteTime = FileTime.zero
    public var changeTime = FileTime.zero
    public var endOfFile: UInt64 = 0
    public var allocationSize: UInt64 = 0
    public var attributes: FileAttributes = []
    /// Bytes of extended attributes, or the reparse tag where the attributes say reparse point.
    public var extendedAttributeSize: UInt32 = 0
    /// The 8.3 name, at most twelve UTF-16 units; longer ones are left out.
    public var shortName: String = ""
    public var fileID: UInt64 = 0
    public var fileID128: UInt128 = 0
    public var reparseTag: UInt32 = 0
    public var deviceID: UInt32 = 0
    public var posix = POSIXAttributes(
        hardLinks: 0,
        reparseTag: 0,
        mode: 0,
        owner: .null,
        group: .null
    )

    public init(name: String) { self.name = name }
}
