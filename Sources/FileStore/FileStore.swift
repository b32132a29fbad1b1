public import SMBMessages

/// What a share is: a tree of files behind the verbs of MS-FSA, whatever keeps the bytes.
///
/// A store knows nothing of sessions, share modes, oplocks, byte-range locks or pending deletes;
/// those are the server's. It may be called from several threads at once, and its calls may block
/// on the disk.
public protocol FileStore: AnyObject, Sendable {
    /// What the file system below can do; constant for the life of the store.
    var capabilities: StoreCapabilities { get }

    /// Names, sizes and identity of the volume, read anew.
    func volume() throws(NTStatus) -> StoreVolume

    /// What is at `path`, or nil when the last component is not there (a named stream counts as
    /// the last component). Throws OBJECT_PATH_NOT_FOUND when a component before it is missing.
    ///
    /// Servers call it before `open`, to check share modes against `FileMetadata.identity`.
    func metadata(
        at path: StorePath,
        opensReparsePoint: Bool
    ) throws(NTStatus) -> FileMetadata?

    /// Opens, creates or replaces a file, directory or named stream (MS-FSA 2.1.5.1).
    func open(_ request: StoreOpenRequest) throws(NTStatus) -> StoreOpenResult

    /// A source of directory changes for one reactor thread.
    func makeWatcher() throws(NTStatus) -> any ChangeWatcher
}
