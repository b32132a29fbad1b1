internal import Reactor
internal import SMBMessages
internal import Synchronization
internal import Transport
internal import Wire

/// Asks a server once how else it can be reached (MS-SMB2 3.2.4.20.10, 3.2.5.14.11).
final class Discovery: Sendable {
    /// A copy waits so long for a better channel before it begins on the one that is there.
    static let patienceNanoseconds: UInt64 = 1_000_000_000
    private static let listByteCountMax = 65536

    private let channels: Channels
    private let options: ClientOptions
    private let runtime: ClientRuntime
    private let hasBegun = Atomic<Bool>(false)

    init(channels: Channels, options: ClientOptions, runtime: ClientRuntime) {
        self.channels = channels
        self.options = options
        self.runtime = runtime
    }

    /// Uses the first tree of the session, which the request needs.
    func begin(on route: Route) async {
        guard options.transport != .tcp, let maker = channels.maker, maker.canBind,
            !hasBegun.exchange(true, ordering: .relaxed)
        else { return }
        let kinds = runtime.connector.kinds()
        guard kinds.contains(.rdma) else {
            // Further TCP connections are worth having, not worth waiting for.
            runtime.start { [self] in await ask(on: route, kinds, maker) }
            return
        }
        await ask(on: route, kinds, maker)
        await withCheckedContinuation { continuation in
            channels.reactor.post { [channels] in
                channels.whenReady(within: Self.patienceNanoseconds) { continuation.resume() }
            }
        }
    }

    private func ask(on route: Route, _ kinds: [TransportKind], _ maker: ChannelMaker) async {
        // A server that does not tell is used as it is.
        guard let list = try? await list(on: route) else { return }
        let choice = InterfaceChoice(
            address: maker.address,
            iwarpPort: options.iwarpPort,
            transport: options.transport,
            kinds: kinds
        )
        await channels.perform { channels in
            guard let first = channels.links.first else { return }
            channels.learnSpeeds(in: list)
            channels.learn(choice.ways(in: list, besides: first.transport.peerDescription))
        }
    }

    private func list(on route: Route) async throws(ClientError) -> [NetworkInterface] {
        let body = IoctlRequest(
            controlCode: .queryNetworkInterfaceInfo,
            fileID: .previous,
            maximumOutputResponse: UInt32(Self.listByteCountMax)
        )
        let reply = try await channels.exchange(
            Request(.ioctl, route: route, payloadCount: Self.listByteCountMax) {
                body.encode(to: &$0)
            }
        )
        return try Share.output(of: reply) { reader throws(WireError) in
            try NetworkInterface.decodeList(from: &reader)
        }
    }
}
