public import SMBMessages

/// A position in a directory that QUERY_DIRECTORY moves along (MS-FSA 2.1.5.6.3).
///
/// Holds a bounded buffer whatever the directory's size. Used by one thread at a time.
public protocol DirectoryCursor: AnyObject {
    /// The next entry, `.` and `..` first, or nil at the end. Entries that vanish meanwhile are
    /// passed over.
    func next(
        matching pattern: WildcardPattern,
        detail: DirectoryDetail
    ) throws(NTStatus) -> StoreEntry?

    /// Makes `next` return the last entry once more, for one that did not fit the response.
    func pushBack()

    /// SMB2_RESTART_SCANS and SMB2_REOPEN: from the start.
    func restart() throws(NTStatus)
}

/// How much of an entry is looked up; less is faster.
public enum DirectoryDetail: Sendable {
    /// Names alone (FileNamesInformation).
    case name
    /// Everything but the size of extended attributes.
    case metadata
    /// The size of extended attributes as well.
    case metadataAndAttributeSize
}

public struct StoreEntry: Hashable, Sendable {
    public var name: String
    /// Nil where only names were asked for.
    public var metadata: FileMetadata?

    public init(name: String, metadata: FileMetadata?) {
        self.name = name
        self.metadata = metadata
    }
}
