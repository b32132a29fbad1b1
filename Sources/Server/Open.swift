import FileStore
import SMBMessages
import SMBState

/// A successful CREATE (MS-SMB2 3.3.1.10); confined to its session's reactor.
final class Open {
    enum Target {
        case file(any StoreFile)
        case pipe(NamedPipe)
    }

    let fileID: FileID
    /// Names the open in the table that all shards share.
    let openID: OpenID
    let target: Target
    let tree: TreeConnect
    /// Kept apart from `tree` so that the data path reaches it in one load.
    unowned let session: Session
    var grantedAccess: AccessMask
    let shareAccess: ShareAccess
    var createOptions: CreateOptions
    /// Tells the data path in one load whether locks or caches of others are in its way.
    let gate: DataGate?
    /// How its file's data is reached without stalling the thread.
    let dataPath: DataPath
    /// FILE_POSITION_INFORMATION, which the client alone gives a meaning.
    var currentByteOffset: UInt64 = 0
    /// What LOCK requests that were repeated did the first time (MS-SMB2 3.3.5.14).
    var lockSequences = LockSequences()
    /// Where QUERY_DIRECTORY stands.
    var enumeration: DirectoryEnumeration?
    /// Where a query of extended attributes goes on.
    var extendedAttributeIndex = 0
    /// What CHANGE_NOTIFY tells of.
    var watch: DirectoryWatch?
    /// Times that this open set itself, or keeps from changing.
    var frozenTimes: FrozenTimes = []
    /// FILE_DISPOSITION_POSIX_SEMANTICS: the name goes with this open, whoever else has the file.
    var removesNameOnClose = false
    /// Requests that wait on this open; its close ends them.
    private(set) var waiting: [Request] = []
    private(set) var isClosed = false

    init(
        fileID: FileID,
        openID: OpenID,
        target: Target,
        tree: TreeConnect,
        grantedAccess: AccessMask,
        shareAccess: ShareAccess = .all,
        createOptions: CreateOptions = [],
        gate: DataGate? = nil,
        dataPath: DataPath = .blocking
    ) {
        self.fileID = fileID
        self.openID = openID
        self.target = target
        self.tree = tree
        self.session = tree.session
        self.grantedAccess = grantedAccess
        self.shareAccess = shareAccess
        self.createOptions = createOptions
        self.gate = gate
        self.dataPath = dataPath
    }

    /// The file behind a disk open; pipes have none.
    var file: (any StoreFile)? {
        if case .file(let file) = target { return file }
        return nil
    }

    /// The file, for commands that mean nothing to a pipe.
    func requireFile() throws(NTStatus) -> any StoreFile {
        guard case .file(let file) = target else { throw .invalidDeviceRequest }
        return file
    }

    /// Whether all of `access` was granted.
    func require(_ access: AccessMask) throws(NTStatus) {
        guard grantedAccess.isSuperset(of: access) else { throw .accessDenied }
    }

    func addWaiting(_ request: Request) { waiting.append(request) }

    func removeWaiting(_ request: Request) { waiting.removeAll { $0 === request } }

    /// True the first time.
    func markClosed() -> Bool {
        defer { isClosed = true }
        return !isClosed
    }
}
