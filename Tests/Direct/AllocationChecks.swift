internal import CAllocationCounter
internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Transport
internal import Verbs

/// Nothing is taken from the heap, and nothing is registered, for an operation in a steady state.
enum AllocationChecks {
    static func run(_ suite: inout LabSuite) {
        for fabric in LabFabric.allCases {
            suite.test("\(fabric): no allocation and no registration per operation") {
                try steadyState(fabric)
            }
        }
    }

    private static func steadyState(_ fabric: LabFabric) throws {
        let server = CountingEnd(isClient: false)
        let client = CountingEnd(isClient: true)
        let group = try ReactorGroup(count: 1)
        let clients = try ReactorGroup(count: 1)
        let fileIO = FileIOPool()
        let listener = DirectListener(
            group: group,
            fileIO: fileIO,
            port: 31_000,
            iwarpPort: 31_000,
        ) { transport in
            server.transport = transport
            transport.receiver = server
        }
        group.start()
        clients.start()
        listener.start()
        defer {
            listener.stop()
            clients.stop()
            group.stop()
        }
        try eventually("the listener finds both devices") { listener.interfaces.count >= 2 }
        DirectConnector.connect(
            to: fabric.host,
            port: 31_000,
            iwarpPort: 31_000,
            on: clients.next(),
            fileIO: fileIO,
        ) { result in
            guard case .success(let transport) = result else { return }
            client.transport = transport
            transport.receiver = client
            client.begin()
        }
        try eventually("all exchanges", seconds: 300) { client.isDone.load(ordering: .acquiring) }
        say("       client \(client.counts), server \(server.counts), objects \(client.objects)")
        // The closure of a timer: at most each ten milliseconds, whatever the number of exchanges.
        let measured = CountingEnd.exchangeCount - CountingEnd.warmUpCount
        for end in [client, server] {
            let elapsed = end.times.end - end.times.begin
            let timers = Int(elapsed / .milliseconds(10)) * 2 + 20
            let allowed = min(timers, measured / 2)
            let count = Int(end.counts.end - end.counts.begin)
            try expect(count <= allowed, "\(count) allocations in \(measured) exchanges")
        }
        try expect(client.objects.begin == client.objects.end, "something is registered")
        clients.reactors[0].post { client.transport?.close(flushing: false) }
        try eventually("closed") { server.isClosed.load(ordering: .acquiring) }
    }
}

/// An end that does its part of an exchange without touching the heap itself: the client asks, the
/// server reads the client's memory, and answers with as much of its own.
private final class CountingEnd: TransportReceiver, TransportFetcher, @unchecked Sendable {
    static let exchangeCount = 3000
    static let warmUpCount = 2000
    static let byteCount = 16_384

    let isClient: Bool
    var transport: DirectTransport?
    var counts: (begin: UInt64, end: UInt64) = (0, 1)
    var objects: (begin: Int, end: Int) = (0, 1)
    var times = (begin: ContinuousClock.now, end: ContinuousClock.now)
    let isDone = Atomic<Bool>(false)
    let isClosed = Atomic<Bool>(false)
    private var count = 0
    private var buffer: IOBuffer?
    private var descriptor = BufferDescriptor(offset: 0, token: 0, length: 0)

    init(isClient: Bool) { self.isClient = isClient }

    func begin() {
        guard let transport, let buffer = transport.takeBuffer(capacity: Self.byteCount) else {
            return
        }
        self.buffer = buffer
        guard
            let own = transport.expose(
                buffer,
                offset: 0,
                count: Self.byteCount,
                access: .writing,
            )
        else { return }
        descriptor = own
        ask()
    }

    private func ask() {
        guard let transport else { return }
        var head = transport.takeScratch()
        unsafe withUnsafeBytes(of: descriptor) { unsafe head.append(contentsOf: $0) }
        transport.send(OutboundMessage(head: consume head))
    }

    private func note() {
        count += 1
        if count == Self.warmUpCount {
            counts.begin = allocation_count_of_this_thread()
            objects.begin = LiveObjects.count
            times.begin = .now
        }
        if count == Self.exchangeCount {
            counts.end = allocation_count_of_this_thread()
            objects.end = LiveObjects.count
            times.end = .now
        }
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        if isClient {
            message.recycle()
            note()
            if count < Self.exchangeCount {
                ask()
            } else {
                isDone.store(true, ordering: .releasing)
            }
            return
        }
        descriptor = unsafe message.base.loadUnaligned(as: BufferDescriptor.self)
        message.recycle()
        guard let fetched = transport.takeBuffer(capacity: Self.byteCount) else { return }
        buffer = fetched
        transport.fetch(
            RemoteMemory(descriptor),
            count: Self.byteCount,
            into: fetched,
            offset: 0,
            fetcher: self,
            token: 0,
        )
    }

    func fetched(token: Int, error: TransportError?) {
        guard let transport, let buffer, error == nil else { return }
        self.buffer = nil
        note()
        var head = transport.takeScratch()
        for _ in 0..<16 { head.append(1) }
        transport.send(
            OutboundMessage(
                head: consume head,
                payload: .buffer(buffer, offset: 0, count: Self.byteCount),
                destination: RemoteMemory(descriptor),
            )
        )
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        buffer?.recycle()
        buffer = nil
        self.transport = nil
        isClosed.store(true, ordering: .releasing)
    }
}
