import Logging
import Reactor
import SMBMessages
import SMBSecurity
import SMBState
import Transport
import Wire

/// One client's connection (MS-SMB2 3.3.1.7), confined to its reactor's thread.
///
/// Bytes come in as whole messages from a transport of any kind, answers go out through it; the
/// connection itself makes no system call, so it runs the same under a fuzzer.
final class Connection {
    let server: Server
    let transport: any Transport
    /// Counts connections in the order they came.
    let number: UInt64
    var reactor: Reactor { transport.reactor }
    var log: Logger
    /// The thread's table that the connection is in.
    weak var shard: Shard?

    /// What NEGOTIATE settled; `nil` before it.
    var negotiation: Negotiation?
    var negotiator: NegotiationMachine
    var preauthHash = PreauthHash()
    var window: MessageIDWindow

    /// Sessions that this connection may use. A client has one or two: a scan beats a dictionary.
    private(set) var sessions: [Session] = []
    /// Sessions that this connection is becoming a channel of.
    private var bindings: [Session] = []
    /// What signed for the sessions that ended last: their clients believe that they are gone only
    /// under the old key.
    private var endedChannels: [(sessionID: UInt64, signing: SigningContext)] = []
    private static let endedChannelsMax = 8
    private var freeRequests: [Request] = []
    private(set) var pending: [Request] = []
    /// Slots in use, whether running or waiting.
    private(set) var activeRequestCount = 0
    private var nextAsyncID: UInt64 = 1
    private(set) var isClosed = false
    /// Requests that wait for memory to place data from, or to fetch it to.
    var placements = PlacementQueue()
    /// No new requests; the connection goes once the present ones are answered.
    private var isDraining = false

    init(server: Server, transport: any Transport, number: UInt64, log: Logger) {
        self.server = server
        self.transport = transport
        self.number = number
        self.log = log
        negotiator = NegotiationMachine(policy: server.configuration.negotiationPolicy)
        window = MessageIDWindow(creditsMax: server.configuration.limits.creditsMax)
    }

    /// The shard, which every connection in use has; only a connection on its way to another thread
    /// has none, and it runs no requests.
    var requireShard: Shard {
        guard let shard else { preconditionFailure("a request runs on its connection's shard") }
        return shard
    }

    var limits: ServerLimits { server.configuration.limits }

    // MARK: Sessions

    func session(_ sessionID: UInt64) -> Session? {
        for session in sessions where session.sessionID == sessionID { return session }
        return nil
    }

    /// The key that a client may expect a refusal under, though the session is not usable here: the
    /// channel's that was, or the session's that other connections have.
    func refusalSigning(for sessionID: UInt64) -> SigningContext? {
        for ended in endedChannels where ended.sessionID == sessionID { return ended.signing }
        return shard?.session(sessionID)?.signing
    }

    /// False when the connection has as many sessions as it may.
    func add(_ session: Session) -> Bool {
        guard sessions.count < limits.sessionsPerConnectionMax else { return false }
        sessions.append(session)
        return true
    }

    /// A channel is being added to the session, which is not this connection's yet.
    func beginBinding(_ session: Session) {
        if !bindings.contains(where: { $0 === session }) { bindings.append(session) }
    }

    func endBinding(_ session: Session) { bindings.removeAll { $0 === session } }

    /// Takes the session from this connection; the last connection to let go closes it.
    func release(_ session: Session) {
        sessions.removeAll { $0 === session }
        if !isClosed, let signing = session.channel(of: self)?.signing {
            if endedChannels.count == Self.endedChannelsMax { endedChannels.removeFirst() }
            endedChannels.append((session.sessionID, signing))
        }
        session.channels.removeAll { $0.connection === self }
        session.pendingAuthentications.removeAll { $0.connection === self }
        cancelPending(of: session, status: .userSessionDeleted)
        if session.isUnreachable { shard?.end(session) }
    }

    // MARK: Request slots

    func takeRequest(_ buffer: IOBuffer) -> Request {
        let request = freeRequests.popLast() ?? Request(connection: self)
        request.begin(buffer)
        activeRequestCount += 1
        return request
    }

    /// Returns the slot, and the memory of the message with it.
    func recycle(_ request: Request) {
        request.finish()
        activeRequestCount -= 1
        if freeRequests.count < 64 { freeRequests.append(request) }
        if isDraining, activeRequestCount == 0 { close(flushing: true) }
    }

    // MARK: Waiting requests

    /// Puts the request among those that CANCEL can reach.
    func park(_ request: Request) {
        request.pendingIndex = pending.count
        pending.append(request)
    }

    func unpark(_ request: Request) {
        let index = request.pendingIndex
        guard index >= 0, index < pending.count, pending[index] === request else { return }
        let last = pending.removeLast()
        if last !== request {
            pending[index] = last
            last.pendingIndex = index
        }
        request.pendingIndex = -1
        request.cancellation = nil
    }

    func makeAsyncID() -> UInt64 {
        defer { nextAsyncID += 1 }
        return nextAsyncID
    }

    /// Ends the waiting requests of a session that goes away.
    func cancelPending(of session: Session, status: NTStatus) {
        for request in pending where request.session === session {
            request.cancellation?(request, status)
        }
    }

    func cancelPending(of tree: TreeConnect, status: NTStatus) {
        for request in pending where request.tree === tree {
            request.cancellation?(request, status)
        }
    }

    // MARK: End

    /// MS-SMB2 3.3.6.2: who does not authenticate in time is disconnected.
    func startAuthenticationTimer() {
        let limit = limits.authenticationTimeoutNanoseconds
        _ = reactor.schedule(after: limit) { [weak self] in
            guard let self, !self.sessions.contains(where: { $0.state != .inProgress }) else {
                return
            }
            self.log.debug("not authenticated in time")
            self.close(flushing: false)
        }
    }

    /// Stops taking requests; the connection closes after the last answer. Waits without an end
    /// (locks, changes) are ended now.
    func drain() {
        guard !isClosed else { return }
        isDraining = true
        transport.pauseReceiving()
        for request in pending { request.cancellation?(request, .cancelled) }
        if activeRequestCount == 0 { close(flushing: true) }
    }

    /// Drops the connection (MS-SMB2 3.3.7.1). Runs once, however it came about.
    func close(flushing: Bool) {
        guard !isClosed else { return }
        isClosed = true
        transport.close(flushing: flushing)
        for request in pending { request.cancellation?(request, .cancelled) }
        abandonPlacements()
        for session in sessions { release(session) }
        // A channel that was being added goes with its connection.
        for session in bindings where !sessions.contains(where: { $0 === session }) {
            release(session)
        }
        sessions.removeAll()
        if let client = negotiation?.clientGUID { shard?.repeatBreaks(to: client) }
        bindings.removeAll()
        freeRequests.removeAll()
        server.connectionClosed(self)
    }
}
