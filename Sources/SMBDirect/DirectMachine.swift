/// One end of a connection of SMB Direct: decides what is sent and what may be received.
///
/// A driver owns the queue pair, the memory and the clock. It reports each event, does what the
/// machine returns, and then asks `nextSegment` until nothing is left to send:
///
///     let request = machine.negotiateRequest()        // initiator only; receives are posted
///     switch try machine.receive(message) { … }       // each received message
///     machine.postedReceives(1)                       // its memory was posted again
///     if !machine.isSending, let next = queue.first { try machine.begin(messageCount: …) }
///     while deviceHasRoom, let segment = machine.nextSegment() { post(segment) }
///     nextTick = try machine.tick(now: now)           // at that time, and whenever it is handy
///
/// Everything that throws ends the connection, apart from `begin`. No call allocates.
public struct DirectMachine: Sendable {
    public enum Role: Hashable, Sendable { case initiator, acceptor }

    public enum Phase: Hashable, Sendable {
        /// The initiator has not asked yet, or the acceptor was not asked.
        case idle
        /// The initiator waits for the answer.
        case negotiating
        case established
        case ended
    }

    /// A question to the peer whether it is there (MS-SMBD 3.1.1.1, KeepaliveRequested).
    enum Probe: Hashable, Sendable { case none, due, sent }

    public let role: Role
    public let limits: DirectLimits
    /// May be changed at any time; `tick` goes by what it finds.
    public var timing: DirectTiming
    public internal(set) var phase = Phase.idle

    // MARK: Negotiated

    /// The longest message that we send, header included.
    public internal(set) var sendSize: Int
    /// The longest message that the peer sends.
    public internal(set) var receiveSize: Int
    /// The longest message of the upper layer that the peer takes.
    public internal(set) var fragmentedSendSize = 0
    /// The most that one request may have placed.
    public internal(set) var readWriteSize: Int

    // MARK: Credits

    /// Messages that we may send (SendCredits).
    public internal(set) var sendCredits = 0
    /// Messages that the peer may send and has not sent (ReceiveCredits).
    public internal(set) var grantedCredits = 0
    /// Receives that wait in the queue pair; never fewer than `grantedCredits`.
    public internal(set) var posted = 0
    /// Credits that the peer would like to hold (ReceiveCreditTarget).
    var creditTarget = 0

    // MARK: Messages under way

    var outboundCount = 0
    var outboundOffset = 0
    var outboundToken: UInt32?
    var inboundCount = 0
    var inboundOffset = 0
    var inboundToken: UInt32?
    /// The peer wants a message, whatever is in it.
    var owesResponse = false

    // MARK: Time

    var probe = Probe.none
    var probedAt: UInt64 = 0
    /// Of the start, or of the last tick before which the peer was heard.
    var heardAt: UInt64
    var wasHeard = false
    /// A message waits and there is no credit for it.
    public internal(set) var isStarved = false
    var starvedAt: UInt64?

    public init(
        role: Role,
        limits: DirectLimits = DirectLimits(),
        timing: DirectTiming = DirectTiming(),
        now: UInt64
    ) {
        self.role = role
        self.limits = limits
        self.timing = timing
        sendSize = limits.sendSize
        receiveSize = limits.receiveSize
        readWriteSize = role == .initiator ? 0 : limits.readWriteSize
        heardAt = now
    }

    /// The longest piece of an upper-layer message that fits one segment.
    public var segmentPayloadMax: Int { sendSize - DataTransferHeader.payloadOffset }

    /// The driver has posted receives of at least `limits.receiveSize` bytes. One more than
    /// `limits.credits` are useful; with fewer than `DirectLimits.creditsMin` messages that only
    /// grant become many.
    public mutating func postedReceives(_ count: Int) {
        precondition(count >= 0)
        posted += count
    }

    /// What the next message can grant.
    ///
    /// Only posted receives are granted. One of them is kept back until we are down to the last
    /// credit, which must not be spent without granting another (MS-SMBD 3.1.5.1): towards a peer
    /// that grants only with what it has to say, we could say nothing more.
    var grantableCredits: Int {
        let target = min(creditTarget, limits.credits)
        let wanted = max(target - grantedCredits, sendCredits == 1 ? 1 : 0)
        let available = posted - grantedCredits - (sendCredits > 1 ? 1 : 0)
        return max(0, min(wanted, available))
    }

    /// Whether the peer has so few credits left that it is told of new ones without being asked.
    ///
    /// At half of what it may hold: each such message then carries at least two credits and costs
    /// one, so that two ends do not keep each other awake.
    var isPeerRunningLow: Bool {
        let reachable = min(creditTarget, limits.credits, posted - 1)
        return grantedCredits <= max(1, reachable / 2) && grantableCredits > 0
    }
}
