internal import Glibc
internal import Reactor
internal import SMBDirect
internal import Transport
internal import Wire

/// Answers requests of a `DirectClient` by RDMA: writes a part of a file into the memory that a
/// request describes, or reads that memory.
final class DirectServer: TransportReceiver, TransportFetcher {
    private let file: OpenFile
    private weak var transport: DirectTransport?
    /// Buffers of fetches under way, by their token.
    private var fetching: [IOBuffer?] = []

    private init(file: OpenFile, transport: DirectTransport) {
        self.file = file
        self.transport = transport
    }

    static func run(file path: String, port: UInt16) -> Never {
        do {
            let file = try OpenFile(path)
            let group = try ReactorGroup()
            let listener = DirectListener(
                group: group,
                fileIO: FileIOPool(),
                port: port,
                iwarpPort: port,
            ) { transport in
                transport.receiver = DirectServer(file: file, transport: transport)
            }
            group.start()
            listener.start()
            while listener.interfaces.isEmpty { usleep(10_000) }
            writeAll("ready \(port)\n", to: 1)
            while true { pause() }
        } catch {
            fail("\(error)")
        }
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        defer { message.recycle() }
        guard let request = DirectRequest(message.bytes) else {
            return transport.close(flushing: false)
        }
        let count = request.count
        if request.kind == .ping { return reply(to: request, transport) }
        guard count > 0, let buffer = transport.takeBuffer(capacity: count) else {
            return transport.close(flushing: false)
        }
        buffer.count = count
        if request.kind == .write {
            let slot = request.slot
            while fetching.count <= slot { fetching.append(nil) }
            fetching[slot] = buffer
            return transport.fetch(
                RemoteMemory(request.descriptor),
                count: count,
                into: buffer,
                offset: 0,
                fetcher: self,
                token: slot,
            )
        }
        _ = unsafe pread(file.descriptor, buffer.base, count, off_t(request.offset))
        var head = transport.takeScratch()
        request.encode(to: &head)
        transport.send(
            OutboundMessage(
                head: consume head,
                payload: .buffer(buffer, offset: 0, count: count),
                destination: RemoteMemory(request.descriptor),
            )
        )
    }

    private func reply(to request: DirectRequest, _ transport: any Transport) {
        var head = transport.takeScratch()
        request.encode(to: &head)
        transport.send(OutboundMessage(head: consume head))
    }

    func fetched(token: Int, error: TransportError?) {
        fetching[token]?.recycle()
        fetching[token] = nil
        guard error == nil, let transport else { return }
        let nowhere = BufferDescriptor(offset: 0, token: 0, length: 0)
        let answer = DirectRequest(
            kind: .write,
            slot: token,
            offset: 0,
            count: 0,
            descriptor: nowhere,
        )
        reply(to: answer, transport)
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        if let error { writeAll("closed: \(error)\n", to: 2) }
    }
}

/// What the two ends of the measurement say to each other; as long as a request of SMB2.
struct DirectRequest {
    enum Kind: UInt64 {
        case read, write, ping
    }

    static let byteCount = 112

    var kind: Kind
    var slot: Int
    var offset: Int
    var count: Int
    var descriptor: BufferDescriptor

    init(kind: Kind, slot: Int, offset: Int, count: Int, descriptor: BufferDescriptor) {
        self.kind = kind
        self.slot = slot
        self.offset = offset
        self.count = count
        self.descriptor = descriptor
    }

    init?(_ bytes: RawSpan) {
        var reader = WireReader(bytes)
        guard let number: UInt64 = try? reader.read(), let kind = Kind(rawValue: number),
            let slot: UInt64 = try? reader.read(), slot < 4096,
            let offset: UInt64 = try? reader.read(), offset < 1 << 50,
            let count: UInt64 = try? reader.read(), count <= 8 << 20,
            let descriptor = try? BufferDescriptor(from: &reader)
        else { return nil }
        self.kind = kind
        self.slot = Int(slot)
        self.offset = Int(offset)
        self.count = Int(count)
        self.descriptor = descriptor
    }

    func encode(to bytes: inout [UInt8]) {
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        var writer = WireWriter(recycling: consume storage)
        writer.write(kind.rawValue)
        writer.write(UInt64(slot))
        writer.write(UInt64(offset))
        writer.write(UInt64(count))
        descriptor.encode(to: &writer)
        writer.write(zeros: Self.byteCount - writer.count)
        bytes = writer.finish()
    }
}
