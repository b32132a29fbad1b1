internal import Glibc
internal import Reactor
internal import Transport

/// Answers every message, which holds an offset and a count, with that part of a file: what the
/// transport can do when nothing is in its way.
final class TransportServer: TransportReceiver {
    private static let headByteCount = 80

    private let file: OpenFile

    private init(file: OpenFile) { self.file = file }

    static func run(file path: String) -> Never {
        do {
            let file = try OpenFile(path)
            let group = try ReactorGroup()
            guard let address = SocketAddress(numeric: "127.0.0.1", port: 0) else { fail("?") }
            let listener = try TCPListener(
                on: address,
                group: group,
                fileIO: FileIOPool(),
            ) { transport in
                transport.receiver = TransportServer(file: file)
            }
            group.start()
            listener.start()
            writeAll("ready \(listener.address)\n", to: 1)
            while true { pause() }
        } catch {
            fail("\(error)")
        }
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        guard message.count >= 16 else { return transport.close(flushing: false) }
        let offset = unsafe message.base.load(as: Int64.self)
        let count = unsafe message.base.load(fromByteOffset: 8, as: Int.self)
        message.recycle()
        var head = transport.takeScratch()
        for _ in 0..<Self.headByteCount { head.append(0) }
        let payload = OutboundMessage.Payload.file(
            descriptor: file.descriptor,
            owner: file,
            offset: offset,
            count: count,
        )
        transport.send(OutboundMessage(head: consume head, payload: payload))
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {}
}

/// A file that stays open while somebody reads it.
final class OpenFile: Sendable {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { fail("cannot open \(path)") }
    }

    deinit { close(descriptor) }
}
