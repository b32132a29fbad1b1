import Logging
import Reactor
import SMBMessages
import SMBSecurity
import SMBState
import Transport
import Wire

/// What one reactor thread owns: connections, and the sessions that they use.
///
/// Every connection of a client (its ClientGuid) is served by the same shard, so sessions, trees
/// and opens need no lock, also when a session has several channels.
final class Shard: @unchecked Sendable {
    // Confined to `reactor`: only `post` crosses threads.
    let reactor: Reactor
    let index: Int
    unowned let server: Server
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var sessions: [UInt64: Session] = [:]
    private var drained: (() -> Void)?
    /// Opens of this shard's sessions, for breaks that other threads cause.
    var opens: [OpenID: Open] = [:]
    private var waiters: [WaiterID: Waiter] = [:]
    /// Where the changes of each store come from, by the store's identity.
    var watchSources: [ObjectIdentifier: WatchSource] = [:]

    init(reactor: Reactor, index: Int, server: Server) {
        self.reactor = reactor
        self.index = index
        self.server = server
    }

    func post(_ job: @escaping @Sendable (Shard) -> Void) {
        reactor.post { job(self) }
    }

    // MARK: Connections

    /// Takes a connection over; from another thread by way of `post`.
    func adopt(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = connection
        connection.shard = self
    }

    func remove(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty, let drained {
            self.drained = nil
            drained()
        }
    }

    /// Hands a connection to another thread, between two of its messages.
    func move(
        _ connection: Connection,
        to home: Shard,
        then arrived: @escaping @Sendable (Connection) -> Void = { _ in }
    ) {
        connections[ObjectIdentifier(connection)] = nil
        connection.shard = nil
        // Nothing touches the connection until the other thread has it.
        nonisolated(unsafe) let moving = connection
        connection.transport.move(to: home.reactor) {
            unsafe home.adopt(moving)
            unsafe arrived(moving)
        }
    }

    /// The client's first connection that a notification can be sent on.
    func connection(of guid: GUID) -> (Connection, Session)? {
        var first: (Connection, Session)?
        for connection in connections.values
        where !connection.isClosed && connection.negotiation?.clientGUID == guid {
            if let first, first.0.number < connection.number { continue }
            if let session = connection.sessions.first(where: { $0.state == .valid }) {
                first = (connection, session)
            }
        }
        return first
    }

    var connectionCount: Int { connections.count }

    /// Lets every connection finish its requests and close, then calls back.
    func drain(_ completion: @escaping () -> Void) {
        guard !connections.isEmpty else { return completion() }
        drained = completion
        for connection in connections.values { connection.drain() }
    }

    /// Closes what did not finish in time.
    func closeAll() {
        for connection in connections.values { connection.close(flushing: false) }
    }

    // MARK: Waiters

    func addWaiter(_ id: WaiterID, _ waiter: Waiter) { waiters[id] = waiter }

    func removeWaiter(_ id: WaiterID) -> Waiter? { waiters.removeValue(forKey: id) }

    // MARK: Sessions

    func session(_ sessionID: UInt64) -> Session? { sessions[sessionID] }

    var allSessions: some Sequence<Session> { sessions.values }

    func add(_ session: Session) { sessions[session.sessionID] = session }

    func remove(_ session: Session) { sessions[session.sessionID] = nil }

    /// MS-SMB2 3.3.5.6, 3.3.5.5.3: the session ends on all its connections.
    func end(_ session: Session) {
        let channels = session.channels.map(\.connection)
        let waiting = session.pendingAuthentications.map(\.connection)
        for connection in channels + waiting { connection.release(session) }
        session.close()
        remove(session)
        server.sessionEnded(session.sessionID)
    }

    /// MS-SMB2 3.3.5.5.3: a client that lost its connection says which session it had.
    func endPrevious(_ sessionID: UInt64, of identity: Identity) {
        guard
            let session = sessions[sessionID], let owner = session.identity,
            owner.user.lowercased() == identity.user.lowercased()
        else { return }
        end(session)
    }
}
