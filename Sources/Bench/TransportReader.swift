internal import Glibc
internal import Reactor
internal import Transport

/// Asks a `TransportServer` for blocks, several at once, each received into one place.
@safe final class TransportReader: TransportReceiver, @unchecked Sendable {
    private static let headByteCount = 80

    private let byteCount: Int
    private let block: Int
    private let place: UnsafeMutableRawBufferPointer
    private var requested = 0
    private var received = 0
    private let start = ContinuousClock.now

    private init(byteCount: Int, block: Int) {
        self.byteCount = byteCount
        self.block = block
        unsafe place = .allocate(byteCount: block, alignment: 4096)
    }

    static func run(port: UInt16, byteCount: Int, block: Int, depth: Int) -> Never {
        do {
            let reactor = try Reactor(name: "client")
            reactor.start()
            let reader = TransportReader(byteCount: byteCount, block: block)
            TCPConnector.connect(
                to: "127.0.0.1",
                port: port,
                on: reactor,
                fileIO: FileIOPool(),
            ) { result in
                switch result {
                case .success(let transport):
                    transport.receiver = reader
                    for _ in 0..<depth { reader.request(transport) }
                case .failure(let error):
                    fail("\(error)")
                }
            }
            while true { pause() }
        } catch {
            fail("\(error)")
        }
    }

    private func request(_ transport: any Transport) {
        guard requested < byteCount else { return }
        var head = transport.takeScratch()
        unsafe withUnsafeBytes(of: (Int64(requested), block)) {
            unsafe head.append(contentsOf: $0)
        }
        requested += block
        transport.send(OutboundMessage(head: consume head))
    }

    private func count(_ transport: any Transport) {
        received += block
        request(transport)
        guard received >= byteCount else { return }
        let elapsed = ContinuousClock.now - start
        let seconds =
            Double(elapsed.components.seconds)
            + Double(elapsed.components.attoseconds) / 1e18
        writeAll("\(received) \(seconds)\n", to: 1)
        exit(0)
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        message.recycle()
        count(transport)
    }

    func transport(
        _ transport: any Transport,
        placementFor head: RawSpan,
        messageCount: Int
    ) -> Placement? {
        guard messageCount == Self.headByteCount + block else { return nil }
        return unsafe Placement(headCount: Self.headByteCount, destination: place)
    }

    func transport(_ transport: any Transport, placed head: IOBuffer, payloadCount: Int) {
        head.recycle()
        count(transport)
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        fail("closed: \(String(describing: error))")
    }
}
