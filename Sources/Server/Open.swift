import FileStore
import Reactor
import SMBMessages
import SMBState

/// A successful CREATE (MS-SMB2 3.3.1.10); confined to its shard's reactor.
final class Open {
    enum Target {
        case file(any StoreFile)
        case pipe(NamedPipe)
    }

    /// The volatile half changes when another session takes the open up.
    private(set) var fileID: FileID
    /// Names the open in the table that all shards share.
    let openID: OpenID
    let target: Target
    /// The last one, while no session has the open.
    private(set) var tree: TreeConnect
    /// Nil while a durable open waits for its client.
    private(set) unowned var session: Session?
    /// The thread's table that the open is in; gone only when the server is.
    weak var shard: Shard?
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
    /// What CREATE did, for a repetition of it (MS-SMB2 3.3.5.9).
    var createAction = CreateAction.opened
    /// Which channel's requests are still at work.
    var channelSequence = ChannelSequence()
    /// A repetition of the CREATE is answered with this open, as long as nothing was done with it.
    var isReplayEligible = false
    /// How long the open outlives its session; nil where it does not.
    var durableTimeoutMilliseconds: UInt32?
    /// Ends a durable open whose client does not come back.
    var scavengerTimer: TimerID?
    /// Runs once no request of an earlier session is at work any more.
    var whenQuiet: (() -> Void)?
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
        self.shard = tree.session.shard
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

    /// Either of the two goes: the session, and the open stays (MS-SMB2 3.3.7.1), or the open.
    func leaveSession() {
        session?.opens.remove(fileID.volatile)
        session = nil
    }

    /// Another session has the open now (MS-SMB2 3.3.5.9.7); false when it has no room for it.
    func join(_ next: TreeConnect) -> Bool {
        let joined = next.session.opens.insert { handle in
            fileID.volatile = handle
            return self
        }
        guard joined != nil else { return false }
        tree = next
        session = next.session
        return true
    }

    func addWaiting(_ request: Request) { waiting.append(request) }

    func removeWaiting(_ request: Request) { waiting.removeAll { $0 === request } }

    /// True the first time.
    func markClosed() -> Bool {
        defer { isClosed = true }
        return !isClosed
    }
}
