public import SMBMessages

/// What the commands of one message hand on to each other (MS-SMB2 3.3.5.2.7).
///
/// Related and unrelated commands may be mixed: each that is not related begins a new chain, as
/// Windows has it.
public struct CompoundChain: Hashable, Sendable {
    /// Commands in one message; more drop the connection.
    public static let commandCountMax = 64

    /// Identifiers that a related command works with instead of its own.
    public private(set) var sessionID: UInt64 = 0
    public private(set) var treeID: UInt32 = 0
    /// The FileId that the last command contained or made.
    public private(set) var fileID: FileID?
    private var fileFailure: NTStatus?
    private var chainFailure: NTStatus?
    private var isStarted = false

    public init() {}

    /// Whether a command may begin, or the status that it fails with at once. Puts the inherited
    /// identifiers into the header.
    public mutating func begin(_ header: inout Header) -> NTStatus? {
        defer { isStarted = true }
        guard header.flags.contains(.related) else {
            self = CompoundChain()
            return nil
        }
        // A chain that begins in the middle fails to its end.
        if !isStarted { chainFailure = .invalidParameter }
        header.sessionID = sessionID
        header.treeID = treeID
        return chainFailure
    }

    /// The FileId for a command that names `requested`; in a related command the one before it
    /// counts, whatever this one says.
    public mutating func resolve(
        _ requested: FileID,
        isRelated: Bool
    ) throws(NTStatus) -> FileID {
        guard isRelated else {
            fileID = requested
            fileFailure = nil
            return requested
        }
        if let fileFailure { throw fileFailure }
        guard let fileID else { throw .invalidHandle }
        return fileID
    }

    /// Notes how a command ended. `created` is the FileId that a CREATE made.
    ///
    /// Only a CREATE that fails takes the file from the commands behind it; any other failure
    /// leaves the open as it was, and a CLOSE behind it has to work.
    public mutating func end(
        _ header: Header,
        status: NTStatus,
        created: FileID? = nil
    ) {
        sessionID = header.sessionID
        treeID = header.treeID
        if header.command == .create {
            fileID = created
            fileFailure = created == nil ? status : nil
        }
        // Without a session there is nothing to go on with (smbtorture smb2.compound.invalid2).
        if status == .userSessionDeleted, chainFailure == nil { chainFailure = .invalidParameter }
    }

    /// How a command may wait that cannot be answered at once.
    public enum Waiting: Hashable, Sendable {
        /// The client is told STATUS_PENDING.
        case announced
        /// The message stops here until the command is done; nobody is told.
        case silent
        /// The command fails.
        case refused(NTStatus)
    }

    /// MS-SMB2 3.3.5.2.7: in the middle of a compound only a CREATE may wait for another client;
    /// the last command of any message may.
    public static func waiting(_ command: Command, isLast: Bool) -> Waiting {
        if isLast || command == .create { return .announced }
        switch command {
        case .read, .write, .flush, .ioctl: return .silent
        default: return .refused(.internalError)
        }
    }

    /// Where the command at `start` of a message ends, or nil where its NextCommand points nowhere
    /// (MS-SMB2 3.3.4.1.3, 3.3.5.2.7): the connection is dropped.
    public static func extent(
        of header: Header,
        at start: Int,
        messageCount: Int
    ) -> Range<Int>? {
        let next = Int(header.nextCommand)
        if next == 0 { return start..<messageCount }
        guard next.isMultiple(of: Header.alignment), next >= Header.size,
            messageCount - start - next >= Header.size
        else { return nil }
        return start..<start + next
    }
}
