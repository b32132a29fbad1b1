import CAllocationCounter
import CSystem
import Descriptors
import Glibc
import Reactor
import Synchronization
import Testing

@testable import Transport

@Suite("TCP transport", .serialized)
struct TCPTransportTests {
    @Test func bothEndsTalk() async throws {
        let server = try TestServer { _, recorder in
            recorder.onMessage = { transport, message in
                transport.send(OutboundMessage(head: message.array))
            }
        }
        try await withServer(server) { server in
            let (transport, recorder) = try await server.connect()
            let messages = (0..<500).map { pattern(1 + $0 * 37 % 5000, seed: $0) }
            await onThread(of: transport.reactor) {
                transport.receiver = recorder
                for message in messages {
                    var head = transport.takeScratch()
                    head.append(contentsOf: message)
                    transport.send(OutboundMessage(head: head))
                }
            }
            try await eventually { recorder.messageCount == 500 }
            #expect(recorder.messages == messages)
            #expect(transport.peerDescription == server.listener.address.description)
            await onThread(of: transport.reactor) { transport.close(flushing: true) }
            try await eventually { recorder.closedCount == 1 }
            try await eventually { server.listener.connectionCount == 0 }
        }
    }

    /// What the server does for a read, a thousand times. Without optimisation the compiler puts
    /// the frames of some accessors on the heap.
    @Test(.enabled(if: isOptimized))
    func anExchangeAllocatesNothing() async throws {
        let file = try TemporaryFile(pattern(1 << 20))
        let counts = Mutex<[UInt64]>([])
        let server = try TestServer { _, recorder in
            recorder.keepsMessages = false
            recorder.onMessage = { transport, message in
                let number = counts.withLock { list in
                    if list.count < list.capacity { list.append(allocation_count_of_this_thread()) }
                    return list.count
                }
                var head = transport.takeScratch()
                for _ in 0..<80 { head.append(UInt8(truncatingIfNeeded: number)) }
                let payload = OutboundMessage.Payload.file(
                    descriptor: file.number,
                    owner: file,
                    offset: 0,
                    count: number % 2 == 0 ? 4096 : 1 << 20,
                )
                transport.send(OutboundMessage(head: consume head, payload: payload))
            }
        }
        counts.withLock { $0.reserveCapacity(2000) }
        try await withServer(server) { server in
            let peer = try RawPeer(to: server.listener.address)
            let request = framed(pattern(120))
            for round in 0..<1000 {
                try peer.send(request)
                let count = 4 + 80 + ((round + 1) % 2 == 0 ? 4096 : 1 << 20)
                #expect(try peer.receive(count).count == count)
            }
            let list = counts.withLock { $0 }
            // The recorder's own list of messages grows a few times.
            #expect(list[999] - list[100] < 20)
        }
    }

    @Test func aConnectionMovesBetweenReactorsInTheMiddleOfItsTraffic() async throws {
        let others = try ReactorGroup(count: 2)
        others.start()
        defer { others.stop() }
        let arrivals = Mutex<[Bool]>([])
        let server = try TestServer { _, recorder in
            recorder.onMessage = { transport, message in
                transport.send(OutboundMessage(head: message.array))
                guard message.count == 7 else { return }
                let target = others.next()
                transport.move(to: target) {
                    arrivals.withLock { $0.append(target.isCurrent) }
                }
            }
        }
        try await withServer(server) { server in
            let peer = try RawPeer(to: server.listener.address)
            let messages = (0..<300).map { pattern($0 % 30 == 29 ? 7 : 8 + $0 * 211, seed: $0) }
            let sent = messages.flatMap(framed)
            try peer.send(Array(sent[..<200_000]))
            let first = try await receiveElsewhere(peer, 100_000)
            let rest = Array(sent[200_000...])
            // More than the sockets hold: sends while the other side of the loop is read.
            async let received = receiveElsewhere(peer, sent.count - 100_000)
            try await sendElsewhere(peer, rest)
            #expect(areSame(try await first + received, sent))
            #expect(arrivals.withLock { $0 } == [Bool](repeating: true, count: 10))
        }
    }

    @Test func aThousandConnectionsAreServedAndHoldNoBuffersWhenIdle() async throws {
        // Fewer where the system allows this process few descriptors; other tests have some too.
        let limit = Int(clamping: csystem_raise_descriptor_limit())
        let count = min(1000, (limit - 400) / 2)
        try #require(count > 10)
        let server = try TestServer(reactorCount: 2) { _, recorder in
            recorder.onMessage = { transport, message in
                transport.send(OutboundMessage(head: message.array))
            }
        }
        try await withServer(server) { server in
            var peers: [Int32] = []
            for number in 0..<count {
                let peer = try RawPeer(to: server.listener.address)
                try peer.send(framed(pattern(100, seed: number)))
                peers.append(dup(peer.descriptor.rawValue))
            }
            for (number, descriptor) in peers.enumerated() {
                let peer = RawPeer(descriptor: FileDescriptor(owning: descriptor))
                #expect(try peer.receive(104) == framed(pattern(100, seed: number)))
                peers[number] = dup(descriptor)
            }
            #expect(server.listener.connectionCount == count)
            try await eventually { server.group.reactors.allSatisfy { $0.buffers.byteCount == 0 } }
            for descriptor in peers { close(descriptor) }
            try await eventually { server.listener.connectionCount == 0 }
        }
    }

    @Test func tooManyConnectionsAreRefused() async throws {
        try await withServer(try TestServer(connectionCountMax: 2)) { server in
            let first = try RawPeer(to: server.listener.address)
            let second = try RawPeer(to: server.listener.address)
            try await eventually { server.listener.connectionCount == 2 }
            let third = try RawPeer(to: server.listener.address)
            #expect(try third.receive(1).isEmpty)
            _ = consume first
            try await eventually { server.listener.connectionCount == 1 }
            let fourth = try RawPeer(to: server.listener.address)
            try await eventually { server.listener.connectionCount == 2 }
            _ = consume second
            _ = consume fourth
        }
    }

    @Test func aRefusedConnectionIsReported() async throws {
        try await withServer(try TestServer()) { server in
            let port = server.listener.address.port
            server.listener.stop()
            await onThread(of: server.group.reactors[0]) {}
            let result = await withCheckedContinuation { continuation in
                TCPConnector.connect(
                    to: "localhost",
                    port: port,
                    on: server.group.reactors[0],
                    fileIO: server.fileIO,
                ) { continuation.resume(returning: $0.map { _ in 0 }) }
            }
            #expect(result == .failure(.system(.connectionRefused, call: "connect")))
        }
    }

    @Test func aNameWithoutAnAddressIsReported() async throws {
        try await withServer(try TestServer()) { server in
            let result = await withCheckedContinuation { continuation in
                TCPConnector.connect(
                    to: "no-such-host.invalid",
                    port: 445,
                    on: server.group.reactors[0],
                    fileIO: server.fileIO,
                ) { continuation.resume(returning: $0.map { _ in 0 }) }
            }
            guard case .failure(.unknownHost(let name, _)) = result else {
                Issue.record("the result is \(result)")
                return
            }
            #expect(name == "no-such-host.invalid")
        }
    }

    @Test func aSilentHostTimesOut() async throws {
        // A listener whose queue is full answers no more connections.
        let full = FileDescriptor(owning: try Errno.check(csystem_socket(AF_INET)))
        var any = try #require(SocketAddress(numeric: "127.0.0.1", port: 0)).storage
        let count = Int32(MemoryLayout<sockaddr_in>.size)
        _ = try Errno.check(unsafe csystem_bind(full.rawValue, &any, count))
        _ = try Errno.check(csystem_listen(full.rawValue, 0))
        let address = try #require(SocketAddress.local(of: full.rawValue))
        let waiting = try RawPeer(to: address)
        try await withServer(try TestServer()) { server in
            let result = await withCheckedContinuation { continuation in
                TCPConnector.connect(
                    to: "127.0.0.1",
                    port: address.port,
                    on: server.group.reactors[0],
                    fileIO: server.fileIO,
                    timeoutNanoseconds: 100_000_000,
                ) { continuation.resume(returning: $0.map { _ in 0 }) }
            }
            #expect(result == .failure(.connectTimedOut))
        }
        _ = consume waiting
    }
}

#if DEBUG
    private let isOptimized = false
#else
    private let isOptimized = true
#endif

/// Blocks a thread of its own.
func sendElsewhere(_ peer: borrowing RawPeer, _ bytes: [UInt8]) async throws {
    let copy = dup(peer.descriptor.rawValue)
    typealias Continuation = CheckedContinuation<Void, any Error>
    try await withCheckedThrowingContinuation { (continuation: Continuation) in
        let pool = FileIOPool(threadCount: 1)
        guard let reactor = try? Reactor(name: "unused") else { return }
        let accepted = pool.submit(for: reactor) {
            let peer = RawPeer(descriptor: FileDescriptor(owning: copy))
            continuation.resume(with: Result { try peer.send(bytes) })
        } completion: {
        }
        precondition(accepted)
    }
}
