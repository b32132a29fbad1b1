import CSystem
import Glibc
import Logging
import Reactor
import Server
import Synchronization
import Transport

/// The RDMA side of `penstock serve`: its listener, and what people and scripts are told of it.
final class RDMAListening: PinningDevices {
    /// How long devices may take to be listened on before the server says that it is ready, and
    /// before one that has to have them gives up.
    private static let patienceNanoseconds: UInt64 = 2_000_000_000
    private static let requiredPatienceNanoseconds: UInt64 = 15_000_000_000
    private static let stepMicroseconds: UInt32 = 10_000
    /// How often devices that come and go are looked for; the listener itself is no faster.
    private static let watchNanoseconds: UInt64 = 1_000_000_000

    /// Where a client can come in.
    private struct Place: Hashable {
        var device: String
        var address: String
    }

    private let choice: RDMAChoice
    private let log: Logger
    private let listener: Mutex<DirectListener?> = Mutex(nil)
    private let known: Mutex<[Place]> = Mutex([])

    init(_ choice: RDMAChoice, log: Logger) {
        self.choice = choice
        self.log = log
    }

    /// What FSCTL_QUERY_NETWORK_INTERFACE_INFO tells clients to be RDMA-capable: indexes of network
    /// interfaces, and how fast the devices behind them are.
    var interfaces: [UInt32: UInt64] {
        var speeds: [UInt32: UInt64] = [:]
        for interface in listener.withLock({ $0 })?.interfaces ?? [] {
            let index = interface.interfaceIndex
            speeds[index] = max(speeds[index] ?? 0, interface.bitsPerSecond)
        }
        return speeds
    }

    /// Memory that devices reach is locked: says so where the system allows too little of it.
    /// While root, before its rights are given up.
    func prepare(threadCount: Int) {
        guard choice != .off else { return }
        let limit = csystem_raise_memory_lock_limit()
        let wanted = Int64(DirectOptions().poolByteCountMax) * Int64(threadCount)
        guard limit >= 0, limit < wanted, getuid() != 0, Direct.isAvailable else { return }
        log.warning(
            """
            little memory may be locked, and RDMA needs locked memory: raise it with \
            ulimit -l unlimited, or LimitMEMLOCK=infinity in the service
            """,
            metadata: ["bytes": "\(limit)", "wanted": "\(wanted)"]
        )
    }

    /// Listens, and waits a moment for the devices that are there.
    func start(
        _ settings: ServeSettings,
        port: UInt16,
        group: ReactorGroup,
        pool: FileIOPool,
        server: Server
    ) throws {
        guard choice != .off else { return }
        let isAvailable = Direct.isAvailable
        guard isAvailable || choice == .auto else {
            throw CommandFailure(
                .failure,
                "No RDMA device has an active port, and --rdma require asks for one; "
                    + "penstock doctor tells what is missing."
            )
        }
        let listener = DirectListener(
            group: group,
            fileIO: pool,
            port: port,
            iwarpPort: settings.iwarpPort,
            connectionCountMax: server.configuration.limits.connectionCountMax,
            refused: { [log] peer, reason in
                log.info(
                    "connection refused",
                    metadata: ["peer": "\(peer)", "reason": "\(reason)"]
                )
            },
            accepted: { transport in
                server.accept(transport, peer: transport.peerDescription)
            }
        )
        self.listener.withLock { $0 = listener }
        listener.start()
        guard isAvailable else {
            log.info("no RDMA device has an active port: clients come by TCP")
            return
        }
        let patience =
            choice == .require ? Self.requiredPatienceNanoseconds : Self.patienceNanoseconds
        let deadline = csystem_monotonic_nanoseconds() + patience
        while listener.interfaces.isEmpty, csystem_monotonic_nanoseconds() < deadline {
            usleep(Self.stepMicroseconds)
        }
        guard listener.interfaces.isEmpty else { return }
        let reason =
            "no RDMA device can be listened on at port \(port) (iWARP: "
            + "\(settings.iwarpPort)); penstock doctor tells what is wrong"
        guard choice == .auto else { throw CommandFailure(.failure, "\(reason).") }
        log.warning("\(reason)")
    }

    /// Says where clients can come in, now and whenever that changes.
    func announce(on reactor: Reactor) {
        guard let listener = listener.withLock({ $0 }) else { return }
        tell(of: listener)
        reactor.post { [self] in watch(listener, on: reactor) }
    }

    private func watch(_ listener: DirectListener, on reactor: Reactor) {
        _ = reactor.schedule(after: Self.watchNanoseconds) { [self] in
            guard self.listener.withLock({ $0 != nil }) else { return }
            tell(of: listener)
            watch(listener, on: reactor)
        }
    }

    private func tell(of listener: DirectListener) {
        let present = Self.places(of: listener.interfaces)
        let before = known.withLock { known in
            defer { known = present }
            return known
        }
        for place in present where !before.contains(place) {
            StandardOutput.writeLine("ready rdma \(place.device) \(place.address)")
        }
        for place in before where !present.contains(place) {
            log.notice(
                "an RDMA device or its address is gone",
                metadata: ["device": "\(place.device)", "address": "\(place.address)"]
            )
        }
    }

    private static func places(of interfaces: [DirectInterface]) -> [Place] {
        interfaces.flatMap { interface in
            // Link-local addresses are of no use to a client without the name of the link.
            interface.addresses.filter { !$0.lowercased().hasPrefix("fe80") }.map { host in
                let name = host.contains(":") ? "[\(host)]" : host
                return Place(device: interface.device, address: "\(name):\(interface.port)")
            }
        }
    }

    /// Pinned memory, for the devices that are listened on.
    func pin(_ memory: PinnedMemory) -> PinningOutcome {
        guard let listener = listener.withLock({ $0 }) else {
            return PinningOutcome(added: [], refused: [:])
        }
        let result = listener.pin(memory)
        var refused: [String: String] = [:]
        for entry in result.refused { refused[entry.device] = "\(entry.reason)" }
        return PinningOutcome(added: result.added, refused: refused)
    }

    func unpin(_ memory: PinnedMemory) { listener.withLock { $0 }?.unpin(memory) }

    func stop() { listener.withLock { $0.take() }?.stop() }
}
