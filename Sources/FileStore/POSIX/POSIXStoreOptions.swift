/// How a directory is shared.
public struct POSIXStoreOptions: Sendable {
    public var isReadOnly: Bool
    /// Finds names exactly as they are spelled, for Windows clients too.
    public var isCaseSensitive: Bool
    /// Keeps attributes, streams, extended attributes and security descriptors beside the files;
    /// off, the share is as one on a file system without extended attributes.
    public var usesExtendedAttributes: Bool
    /// Of new files, before the process's mask.
    public var fileMode: UInt32
    /// Of new directories, before the process's mask.
    public var directoryMode: UInt32
    public var label: String
    /// What FileFsAttributeInformation names; clients switch features off for unknown names.
    public var fileSystemName: String

    public init(
        isReadOnly: Bool = false,
        isCaseSensitive: Bool = false,
        usesExtendedAttributes: Bool = true,
        fileMode: UInt32 = 0o666,
        directoryMode: UInt32 = 0o777,
        label: String = "",
        fileSystemName: String = "NTFS"
    ) {
        self.isReadOnly = isReadOnly
        self.isCaseSensitive = isCaseSensitive
        self.usesExtendedAttributes = usesExtendedAttributes
        self.fileMode = fileMode
        self.directoryMode = directoryMode
        self.label = label
        self.fileSystemName = fileSystemName
    }
}
