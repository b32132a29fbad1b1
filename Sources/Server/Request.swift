import Reactor
import SMBMessages
import SMBSecurity
import SMBState
import Transport
import Wire

/// One message from a client while it is being answered: a slot that is used again and again.
///
/// A message is one command or a compound of several; the slot holds the position in it and what
/// the next related command inherits (MS-SMB2 3.3.5.2.7.2). Commands read `header`, `session`,
/// `tree` and the reader they are given, and write the body of the response.
final class Request {
    let connection: Connection

    // The message.
    var buffer: IOBuffer?
    /// First byte of the first SMB2 header in `buffer`; after the TRANSFORM_HEADER where one is.
    var messageStart = 0
    var messageEnd = 0
    var isEncrypted = false
    var transformSessionID: UInt64 = 0

    // The command at work.
    var header = Header(command: .negotiate, messageID: 0)
    /// Bounds of the command within `buffer`, header included.
    var commandStart = 0
    var commandEnd = 0
    var commandIndex = 0
    var isLastInCompound = true
    var session: Session?
    var tree: TreeConnect?
    /// What signs the response, if anything does.
    var replySigning: SigningContext?
    /// Set while the command waits; names it in interim and final responses.
    var asyncID: UInt64 = 0
    /// Ends the wait early: by CANCEL, or because what it waits on goes away.
    var cancellation: ((Request, NTStatus) -> Void)?
    var pendingIndex = -1
    var isSuspended = false
    /// Counts the uses of this slot: a completion that comes late finds another number.
    var generation: UInt32 = 0

    /// The open that the command counts as at work on, until it is answered.
    var sequencedOpen: Open?
    var sequenceTicket: ChannelSequence.Ticket?

    /// What the commands of a compound hand on to each other.
    var chain = CompoundChain()
    /// Why the chain fails this command before it is looked at.
    var chainFailure: NTStatus?
    /// The open that CREATE made.
    var createdFileID: FileID?

    // The answer.
    var writer = WireWriter()
    /// Payload of the only response, sent after the writer's bytes without being copied.
    var payload = OutboundMessage.Payload.none
    var replies: [Reply] = []
    /// What the transport places before it sends the answer.
    var placed: PlacedPayload?
    /// A token of the client's that the answer makes invalid (MS-SMBD 3.1.4.2).
    var invalidatedToken: UInt32?
    /// The data of the command at work, where it goes by RDMA.
    var transfer: PlacedTransfer?
    /// What a thread that may wait for a disk does for the command at work.
    var diskWork: DiskWork?
    /// Identifiers that the command made; they replace the request's in the response.
    var replySessionID: UInt64?
    var replyTreeID: UInt32?
    var afterReply = AfterReply.nothing
    /// NEGOTIATE told who the client is: its other connections may be on another thread.
    var movesToClientsShard = false

    /// Where one response of the answer begins, and how it is protected.
    struct Reply {
        var start: Int
        var signing: SigningContext?
    }

    enum AfterReply {
        case nothing
        case hashNegotiate
        case hashSessionSetup(PendingAuthentication)
        case endSession(Session)
    }

    init(connection: Connection) {
        self.connection = connection
        replies.reserveCapacity(4)
    }

    var isCompound: Bool { commandIndex > 0 || !isLastInCompound }

    /// Whether the response's payload has to be in memory before the header is final, because it is
    /// signed or sealed; otherwise it may be streamed from the file.
    var needsPayloadInMemory: Bool { replySigning != nil || repliesEncrypted }

    /// Whether the response goes into the writer whole, because others follow or precede it.
    var needsPayloadInline: Bool { isCompound }

    /// MS-SMB2 3.3.4.1.4.
    var repliesEncrypted: Bool {
        SessionRules.encryptsResponse(
            to: header.command,
            requestWasEncrypted: isEncrypted,
            sessionEncrypts: session?.encryptsData == true,
            shareEncrypts: tree?.share.requiresEncryption == true
        )
    }

    /// The open that a FileId names, `previous` handle of a compound included
    /// (MS-SMB2 3.3.5.2.7.2); throws STATUS_FILE_CLOSED.
    func open(_ fileID: FileID) throws(NTStatus) -> Open {
        let isRelated = header.flags.contains(.related)
        let wanted = try chain.resolve(fileID, isRelated: isRelated)
        guard
            let session, let open = session.opens[wanted.volatile],
            open.fileID == wanted
        else { throw .fileClosed }
        guard open.tree === tree else { throw .fileClosed }
        try beginSequence(on: open)
        return open
    }
}
