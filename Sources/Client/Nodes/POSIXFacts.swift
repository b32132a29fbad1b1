internal import SMBMessages

/// What the SMB 3.1.1 POSIX extensions tell of a file beyond Windows' attributes.
public struct POSIXFacts: Hashable, Sendable {
    /// The permission bits, with set-user-ID, set-group-ID and the sticky bit.
    public var mode: UInt32
    public var hardLinks: UInt32
    /// Numbers of the server; nil where it names an owner in another way.
    public var userID: UInt32?
    public var groupID: UInt32?

    init(_ attributes: POSIXAttributes) {
        mode = attributes.mode & 0o7777
        hardLinks = attributes.hardLinks
        userID = attributes.owner.posixUser
        groupID = attributes.group.posixGroup
    }
}

extension FileFacts {
    init(name: String, _ information: POSIXInformation) {
        self.name = name
        kind = Self.kind(information.attributes, tag: information.posix.reparseTag)
        byteCount = information.endOfFile
        allocatedByteCount = information.allocationSize
        created = Timestamp(information.creationTime)
        accessed = Timestamp(information.lastAccessTime)
        modified = Timestamp(information.lastWriteTime)
        changed = Timestamp(information.changeTime)
        attributes = information.attributes.rawValue
        fileID = information.inode
        posix = POSIXFacts(information.posix)
    }
}
