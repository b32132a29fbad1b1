public import SMBMessages

/// One opened file, directory or named stream. Closes when the last reference is let go.
///
/// Changes of names and attributes are checked by the server before they come here (share modes,
/// granted access, READONLY); the store checks what only the file system can know. May be used
/// from several threads; calls may block.
public protocol StoreFile: AnyObject, Sendable {
    var identity: FileIdentity { get }
    var kind: FileKind { get }
    /// Whether a named stream is open rather than the file itself.
    var isStream: Bool { get }
    /// For `pread`, `pwrite` and `sendfile`, when an ordinary file was opened for data; else -1.
    /// Valid as long as the object lives.
    var descriptor: Int32 { get }
    /// The path as it was opened, or as `rename` made it since.
    var path: StorePath { get }
    /// The path as the file system sees it now, which renames by others may have changed.
    func currentPath() throws(NTStatus) -> StorePath

    func metadata() throws(NTStatus) -> FileMetadata

    // Data. `read` and `write` serve streams too; ordinary files can use `descriptor` directly.

    /// Bytes read into the front of `bytes`; zero at the end of the file.
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(NTStatus) -> Int
    func write(_ bytes: RawSpan, at offset: UInt64) throws(NTStatus) -> Int
    func flush(fullSync: Bool) throws(NTStatus)
    func setEndOfFile(_ size: UInt64) throws(NTStatus)
    /// FILE_ALLOCATION_INFORMATION: shrinks the file when below its size, else reserves room.
    func setAllocation(_ size: UInt64) throws(NTStatus)
    /// FSCTL_SET_ZERO_DATA: the range reads as zero; gives room back when the file is sparse.
    func zero(_ range: FileRange) throws(NTStatus)
    /// FSCTL_QUERY_ALLOCATED_RANGES: parts of `range` that hold data, at most `limit` of them.
    func allocatedRanges(in range: FileRange, limit: Int) throws(NTStatus) -> [FileRange]
    func setSparse(_ isSparse: Bool) throws(NTStatus)
    /// Copies within the kernel where it can; returns the bytes copied, fewer at the source's end.
    func copyRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus) -> UInt64
    /// FSCTL_DUPLICATE_EXTENTS_TO_FILE: shares blocks with `source`.
    func cloneRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus)

    // Attributes and times.

    func setBasic(_ change: BasicChange) throws(NTStatus)
    /// Times that this open keeps from changing by themselves (MS-FSCC 2.4.7, the value -1);
    /// replaces what was frozen before.
    func freeze(_ times: FrozenTimes) throws(NTStatus)
    /// Puts frozen times back after a write went past the store through `descriptor`; cheap when
    /// nothing is frozen.
    func restoreFrozenTimes()
    func setPOSIX(_ change: POSIXChange) throws(NTStatus)

    // Names.

    /// Moves the file, or gives a named stream another name. `posixSemantics` replaces a target
    /// that is open, as POSIX does (the server decides whether that is allowed).
    func rename(
        to target: StorePath,
        replacing: Bool,
        posixSemantics: Bool
    ) throws(NTStatus)
    /// FILE_LINK_INFORMATION.
    func link(as target: StorePath, replacing: Bool) throws(NTStatus)
    /// Removes the name it was opened by, after checking that the name still means this file.
    /// A directory must be empty. The open itself stays usable until it is closed.
    func delete() throws(NTStatus)
    /// Removes the file even where one of its named streams is what is open.
    func deleteFile() throws(NTStatus)
    /// DIRECTORY_NOT_EMPTY when a directory cannot be deleted; for setting delete-on-close.
    func checkDeletable() throws(NTStatus)

    /// A position in the listing of this directory.
    func makeCursor() throws(NTStatus) -> any DirectoryCursor

    // What hangs on a file.

    /// FILE_STREAM_INFORMATION: the unnamed stream of a file as "", then the named ones.
    func streams() throws(NTStatus) -> [StreamEntry]
    func extendedAttributes() throws(NTStatus) -> [ExtendedAttribute]
    /// Sets or, where the value is empty, removes.
    func setExtendedAttributes(_ attributes: [ExtendedAttribute]) throws(NTStatus)
    /// The stored descriptor, or one made from owner, group and mode; always whole.
    func securityDescriptor() throws(NTStatus) -> SecurityDescriptor
    /// Replaces the whole descriptor; merging parts (SECURITY_INFORMATION) is the caller's.
    func setSecurityDescriptor(_ descriptor: SecurityDescriptor) throws(NTStatus)
    /// Target text of a symbolic link, as it is stored (`/` separators).
    func symbolicLinkTarget() throws(NTStatus) -> String
    /// Makes the open, empty file a symbolic link; keeps its identity no longer.
    func makeSymbolicLink(to target: String) throws(NTStatus)

    /// Ends what the open keeps up (frozen times). The descriptor itself goes with the last
    /// reference, so that a request in flight never meets a number that means another file.
    func close()
}

extension StoreFile {
    public func deleteFile() throws(NTStatus) { try delete() }
}
