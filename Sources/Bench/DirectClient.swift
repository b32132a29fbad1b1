internal import Glibc
internal import Reactor
internal import SMBDirect
internal import Transport

/// Asks a `DirectServer` for blocks, several at once, each placed in a buffer of its own.
final class DirectClient: TransportReceiver, @unchecked Sendable {
    struct Load {
        var kind: DirectRequest.Kind
        var byteCount: Int
        var block: Int
        var depth: Int
        var fileByteCount: Int
    }

    private let load: Load
    private var buffers: [IOBuffer] = []
    private var requested = 0
    private var received = 0
    private var start = ContinuousClock.now

    private init(load: Load) { self.load = load }

    static func run(host: String, port: UInt16, load: Load) -> Never {
        do {
            let reactor = try Reactor(name: "client")
            reactor.start()
            let client = DirectClient(load: load)
            DirectConnector.connect(
                to: host,
                port: port,
                iwarpPort: port,
                on: reactor,
                fileIO: FileIOPool(),
            ) { result in
                switch result {
                case .success(let transport):
                    transport.receiver = client
                    client.begin(transport)
                case .failure(let error):
                    fail("\(error)")
                }
            }
            while true { pause() }
        } catch {
            fail("\(error)")
        }
    }

    private func begin(_ transport: DirectTransport) {
        start = .now
        for slot in 0..<load.depth {
            guard let buffer = transport.takeBuffer(capacity: load.block) else {
                fail("no buffer")
            }
            buffer.count = load.block
            buffers.append(buffer)
            request(slot, transport)
        }
    }

    private func request(_ slot: Int, _ transport: any Transport) {
        guard requested < load.byteCount else { return }
        let access: RemoteAccess = load.kind == .write ? .reading : .writing
        guard
            let descriptor = transport.expose(
                buffers[slot],
                offset: 0,
                count: load.block,
                access: access,
            )
        else { fail("nothing exposed") }
        let request = DirectRequest(
            kind: load.kind,
            slot: slot,
            offset: requested % max(load.block, load.fileByteCount),
            count: load.block,
            descriptor: descriptor,
        )
        var head = transport.takeScratch()
        request.encode(to: &head)
        requested += load.block
        transport.send(OutboundMessage(head: consume head))
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        guard let reply = DirectRequest(message.bytes) else { fail("a reply makes no sense") }
        message.recycle()
        received += load.block
        guard received >= load.byteCount else { return request(reply.slot, transport) }
        let elapsed = ContinuousClock.now - start
        let seconds =
            Double(elapsed.components.seconds)
            + Double(elapsed.components.attoseconds) / 1e18
        writeAll("\(received) \(seconds)\n", to: 1)
        exit(0)
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        fail("closed: \(String(describing: error))")
    }
}
