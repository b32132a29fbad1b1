public import Logging
public import Reactor
import SMBMessages
import SMBSecurity
import Synchronization
public import Transport
import Wire

/// An SMB server: what it shares, and the shards that serve its connections.
public final class Server: Sendable {
    public let configuration: ServerConfiguration
    public let log: Logger
    let files = OpenFiles(allowsLeases: true)
    let durables: DurableOpens
    let pool: FileIOPool
    private let shared: Mutex<Shared>
    private let shardList: Mutex<[Shard]>

    /// What the shards have in common, besides the files.
    private struct Shared {
        var nextSessionID: UInt64
        /// Shard index of each session, for a client that returns under another ClientGuid.
        var sessionShards: [UInt64: Int] = [:]
        /// Which shard serves a client, and how many connections it has.
        var clients: [GUID: (shard: Int, connectionCount: Int)] = [:]
        var connectionCount = 0
        var acceptedCount: UInt64 = 0
        var isStopping = false
    }

    public init(
        configuration: ServerConfiguration,
        reactors: [Reactor],
        pool: FileIOPool,
        log: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        durables = DurableOpens(
            disconnectedMax: configuration.limits.disconnectedOpenCountMax
        )
        self.log = log
        // Sessions of an earlier run must not be mistaken for ours.
        let first = SecureRandom.integer(UInt64.self) & 0x0000_FFFF_FFFF_0000 | 1
        shared = Mutex(Shared(nextSessionID: first))
        shardList = Mutex([])
        let shards = reactors.enumerated().map { index, reactor in
            Shard(reactor: reactor, index: index, server: self)
        }
        shardList.withLock { $0 = shards }
    }

    /// Nothing is kept for anybody who might come back.
    var isStopping: Bool { shared.withLock { $0.isStopping } }

    var shards: [Shard] { shardList.withLock { $0 } }

    // MARK: Connections

    /// Serves a new connection, on the reactor it was accepted on. False when there are too many.
    @discardableResult
    public func accept(_ transport: any Transport, peer: String) -> Bool {
        let admitted: UInt64? = shared.withLock { shared in
            guard
                !shared.isStopping,
                shared.connectionCount < configuration.limits.connectionCountMax
            else { return nil }
            shared.connectionCount += 1
            shared.acceptedCount += 1
            return shared.acceptedCount
        }
        guard let number = admitted,
            let shard = shards.first(where: { $0.reactor === transport.reactor })
        else {
            log.warning("connection refused: too many", metadata: ["peer": "\(peer)"])
            transport.close(flushing: false)
            return false
        }
        var log = log
        log[metadataKey: "peer"] = "\(peer)"
        log[metadataKey: "transport"] = transport.capabilities.placesRemotely ? "rdma" : "tcp"
        log.debug("connected")
        let connection = Connection(
            server: self,
            transport: transport,
            number: number,
            log: log
        )
        shard.adopt(connection)
        transport.receiver = connection
        connection.startAuthenticationTimer()
        return true
    }

    func connectionClosed(_ connection: Connection) {
        connection.shard?.remove(connection)
        shared.withLock { shared in
            shared.connectionCount -= 1
            guard let guid = connection.negotiation?.clientGUID, guid != .zero,
                var client = shared.clients[guid]
            else { return }
            client.connectionCount -= 1
            shared.clients[guid] = client.connectionCount > 0 ? client : nil
        }
    }

    /// The shard that serves a client's connections: that of the first one.
    func shard(serving guid: GUID, arrivingAt shard: Shard) -> Shard {
        guard guid != .zero else { return shard }
        let index = shared.withLock { shared in
            var client = shared.clients[guid] ?? (shard.index, 0)
            client.connectionCount += 1
            shared.clients[guid] = client
            return client.shard
        }
        return shards[index]
    }

    /// The shard that serves a client now, while it has connections.
    func shardIndex(serving guid: GUID) -> Int? { shared.withLock { $0.clients[guid]?.shard } }

    // MARK: Sessions

    func makeSession(on shard: Shard, now: UInt64) -> Session {
        let sessionID = shared.withLock { shared in
            defer { shared.nextSessionID &+= 1 }
            shared.sessionShards[shared.nextSessionID] = shard.index
            return shared.nextSessionID
        }
        let session = Session(sessionID: sessionID, limits: configuration.limits, createdAt: now)
        session.shard = shard
        shard.add(session)
        return session
    }

    /// The shard that serves a session.
    func home(ofSession sessionID: UInt64) -> Shard? {
        shared.withLock { $0.sessionShards[sessionID] }.map { shards[$0] }
    }

    func sessionEnded(_ sessionID: UInt64) {
        shared.withLock { _ = $0.sessionShards.removeValue(forKey: sessionID) }
    }

    /// Ends the session that a returning client names, wherever it lives.
    func endPrevious(_ sessionID: UInt64, of identity: Identity, from shard: Shard) {
        guard let index = shared.withLock({ $0.sessionShards[sessionID] }) else { return }
        let home = shards[index]
        if home === shard {
            shard.endPrevious(sessionID, of: identity)
        } else {
            home.post { $0.endPrevious(sessionID, of: identity) }
        }
    }

    func share(named name: String) -> Share? {
        let wanted = name.lowercased()
        return configuration.shares.first { $0.name.lowercased() == wanted }
    }

    // MARK: End

    /// Finishes the requests in flight and closes every connection; what is not done after
    /// `graceNanoseconds` is cut off. Calls back once, on a reactor thread.
    public func stop(
        graceNanoseconds: UInt64,
        _ completion: @escaping @Sendable () -> Void
    ) {
        shared.withLock { $0.isStopping = true }
        let remaining = Countdown(shards.count, completion)
        for shard in shards {
            shard.post { shard in
                shard.closeDisconnected()
                shard.drain { remaining.arrive() }
                _ = shard.reactor.schedule(after: graceNanoseconds) { shard.closeAll() }
            }
        }
    }
}
