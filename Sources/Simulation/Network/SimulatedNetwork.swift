internal import Client
import Descriptors
internal import Reactor
internal import SMBDirect
internal import Seeds
internal import Server
internal import Transport

/// The ways between the client and the server: what is up, and the connections there are.
final class SimulatedNetwork: TransportConnector, @unchecked Sendable {
    struct Counts {
        /// Accesses that arrived after their target had been given up.
        var late = 0
        /// Accesses to memory that had been given back.
        var stale = 0
        var connections = [TransportKind: Int]()
    }

    let world: SimulatedWorld
    private let serverReactor: Reactor
    var server: Server?
    var channels: [SimulatedChannel] = []
    let hasRDMA: Bool
    var counts = Counts()
    /// A sabotage: memory that the peer may still reach is used again at once.
    var recyclesQuarantined = false
    /// A sabotage: nobody hears of channel changes and repetitions.
    var forgetsSequence = false
    /// Times until which nothing can be connected.
    private var downUntil: [TransportKind: UInt64] = [:]
    /// Connections that will be refused whatever is up.
    var refusals = 0
    /// How slow the network is at present; 1 is usual.
    var slowness: UInt64 = 1
    private var random: SeededGenerator
    private var channelCount = 0

    init(world: SimulatedWorld, serverReactor: Reactor, hasRDMA: Bool) {
        self.hasRDMA = hasRDMA
        self.world = world
        self.serverReactor = serverReactor
        random = world.generator(1)
    }

    /// Nanoseconds that something of this size is under way.
    func delay(_ byteCount: Int, _ random: inout SeededGenerator) -> UInt64 {
        (1_000_000 + random.next(upperBound: 6_000_000) + 20 * UInt64(byteCount)) * slowness
    }

    func kinds() -> [TransportKind] { hasRDMA ? [.tcp, .rdma] : [.tcp] }

    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        let kind = endpoint.kind
        world.note("connect", kind == .tcp ? 0 : 1)
        let delay = random.milliseconds(0...3)
        if refusals > 0 || !isUp(kind) {
            if refusals > 0 { refusals -= 1 }
            let isSilent = random.isOne(in: 3)
            let error: TransportError =
                isSilent
                ? .connectTimedOut : .system(.connectionRefused, call: "connect")
            world.schedule(after: isSilent ? timeoutNanoseconds : delay) {
                reactor.post { completion(.failure(error)) }
            }
            return
        }
        world.schedule(after: delay) { [self] in
            guard isUp(kind), let server else {
                let error = TransportError.system(.connectionRefused, call: "connect")
                return reactor.post { completion(.failure(error)) }
            }
            let (near, far) = SimulatedTransport.pair(
                reactor,
                serverReactor,
                capabilities: kind == .tcp ? .simulatedTCP : .simulatedDirect
            )
            for end in [near, far] { end.recyclesQuarantined = recyclesQuarantined }
            channelCount += 1
            counts.connections[kind, default: 0] += 1
            channels.append(
                SimulatedChannel(number: channelCount, kind: kind, network: self, ends: (near, far))
            )
            world.note("connected", channelCount)
            serverReactor.post { server.accept(far, peer: "client") }
            reactor.post { completion(.success(near)) }
        }
    }

    func isUp(_ kind: TransportKind) -> Bool { downUntil[kind, default: 0] <= world.now }

    /// Every connection of a kind dies, and none can be made for a while.
    func takeDown(_ kind: TransportKind, for nanoseconds: UInt64) {
        downUntil[kind] = max(downUntil[kind, default: 0], world.now + nanoseconds)
        for channel in living(kind) { channel.die() }
    }

    func living(_ kind: TransportKind? = nil) -> [SimulatedChannel] {
        channels.filter { $0.isAlive && (kind == nil || $0.kind == kind) }
    }

    /// Takes the accounts of a connection that nothing can reach any more.
    func forget(_ channel: SimulatedChannel) {
        counts.stale += channel.ends.reduce(0) { $0 + $1.staleAccessCount }
        channels.removeAll { $0 === channel }
    }

    /// Everything is well again, and stays so.
    func heal() {
        downUntil = [:]
        refusals = 0
        slowness = 1
    }

    /// After the last of everything: nothing holds the other any more.
    func end() {
        for channel in channels {
            counts.stale += channel.ends.reduce(0) { $0 + $1.staleAccessCount }
            for end in channel.ends { end.wire = nil }
        }
        channels.removeAll()
    }
}
