internal import SMBMessages

/// What a server tells of a file or folder.
public struct FileFacts: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case file, folder
        /// A symbolic link or another reparse point, with its tag (MS-FSCC 2.1.2.1).
        case link(tag: UInt32)
    }

    public var name: String
    public var kind: Kind
    public var byteCount: UInt64
    public var allocatedByteCount: UInt64
    public var created: Timestamp
    public var accessed: Timestamp
    public var modified: Timestamp
    public var changed: Timestamp
    /// MS-FSCC 2.6.
    public var attributes: UInt32
    /// Names the file within its volume; zero when the server has no such number.
    public var fileID: UInt64
    /// Nil where the server has no POSIX extensions, or was not asked.
    public var posix: POSIXFacts?

    public var isFolder: Bool { kind == .folder }
    public var isReadOnly: Bool { attributes & FileAttributes.readOnly.rawValue != 0 }
    public var isHidden: Bool { attributes & FileAttributes.hidden.rawValue != 0 }

    /// Facts of the caller's making, for tests above all.
    public init(
        name: String,
        kind: Kind,
        byteCount: UInt64,
        created: Timestamp = .zero,
        fileID: UInt64 = 0
    ) {
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
        allocatedByteCount = byteCount
        self.created = created
        (accessed, modified, changed) = (created, created, created)
        attributes = 0
        self.fileID = fileID
    }

    init(_ entry: DirectoryEntry) {
        name = entry.name
        kind = Self.kind(
            entry.attributes,
            tag: entry.posix.reparseTag != 0
                ? entry.posix.reparseTag
                : entry.reparseTag == 0 ? entry.extendedAttributeSize : entry.reparseTag
        )
        byteCount = entry.endOfFile
        allocatedByteCount = entry.allocationSize
        created = Timestamp(entry.creationTime)
        accessed = Timestamp(entry.lastAccessTime)
        modified = Timestamp(entry.lastWriteTime)
        changed = Timestamp(entry.changeTime)
        attributes = entry.attributes.rawValue
        fileID = entry.fileID
    }

    init(name: String, _ response: CreateResponse, tag: UInt32 = 0, fileID: UInt64 = 0) {
        self.name = name
        kind = Self.kind(response.attributes, tag: tag)
        byteCount = response.endOfFile
        allocatedByteCount = response.allocationSize
        created = Timestamp(response.creationTime)
        accessed = Timestamp(response.lastAccessTime)
        modified = Timestamp(response.lastWriteTime)
        changed = Timestamp(response.changeTime)
        attributes = response.attributes.rawValue
        self.fileID = fileID
    }

    static func kind(_ attributes: FileAttributes, tag: UInt32) -> Kind {
        if attributes.contains(.reparsePoint) { return .link(tag: tag) }
        return attributes.contains(.directory) ? .folder : .file
    }
}
