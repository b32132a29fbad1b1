public import SMBMessages
public import Wire

/// Everything that the information classes of MS-FSCC 2.4 say about a file or stream.
public struct FileMetadata: Hashable, Sendable {
    public var identity: FileIdentity
    public var kind: FileKind
    /// Never empty: NORMAL where nothing else holds.
    public var attributes: FileAttributes

    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime

    /// Of the stream where one is open; zero for directories.
    public var endOfFile: UInt64
    public var allocationSize: UInt64
    public var linkCount: UInt32

    /// Permission bits with the type bits of `st_mode`.
    public var mode: UInt32
    public var userID: UInt32
    public var groupID: UInt32
    /// Of a device node.
    public var deviceMajor: UInt32
    public var deviceMinor: UInt32

    /// IO_REPARSE_TAG of MS-FSCC 2.1.2.1, zero for none.
    public var reparseTag: UInt32
    /// FILE_EA_INFORMATION: bytes that the extended attributes take as FILE_FULL_EA entries.
    public var extendedAttributeSize: UInt32
    /// The descriptor that somebody set, where one is stored; filled in by `FileStore.metadata`.
    public var security: SecurityDescriptor?

    public init(
        identity: FileIdentity,
        kind: FileKind,
        attributes: FileAttributes,
        creationTime: FileTime,
        lastAccessTime: FileTime,
        lastWriteTime: FileTime,
        changeTime: FileTime,
        endOfFile: UInt64,
        allocationSize: UInt64,
        linkCount: UInt32,
        mode: UInt32,
        userID: UInt32,
        groupID: UInt32,
        deviceMajor: UInt32 = 0,
        deviceMinor: UInt32 = 0,
        reparseTag: UInt32 = 0,
        extendedAttributeSize: UInt32 = 0
    ) {
        self.identity = identity
        self.kind = kind
        self.attributes = attributes
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.endOfFile = endOfFile
        self.allocationSize = allocationSize
        self.linkCount = linkCount
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.deviceMajor = deviceMajor
        self.deviceMinor = deviceMinor
        self.reparseTag = reparseTag
        self.extendedAttributeSize = extendedAttributeSize
    }

    public var isDirectory: Bool { kind == .directory }
}
