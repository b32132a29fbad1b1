import Glibc
import Reactor
import Synchronization
import Testing

@testable import Transport

@Suite("TCP receiving", .serialized)
struct TCPReceivingTests {
    @Test func aMessageSplitAtEveryByteIsDeliveredOnce() async throws {
        try await withServer(try TestServer()) { server in
            let message = pattern(60)
            let bytes = framed(message) + framed(message)
            let peer = try RawPeer(to: server.listener.address)
            for split in 1..<bytes.count {
                try peer.send(Array(bytes[..<split]))
                try await Task.sleep(for: .microseconds(300))
                try peer.send(Array(bytes[split...]))
            }
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 2 * (bytes.count - 1) }
            #expect(recorder.messages.allSatisfy { $0 == message })
        }
    }

    @Test func oneByteAtATimeIsEnough() async throws {
        try await withServer(try TestServer()) { server in
            let messages = [pattern(5, seed: 1), [], pattern(200, seed: 2)]
            let peer = try RawPeer(to: server.listener.address)
            for byte in messages.flatMap(framed) { try peer.send([byte]) }
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 3 }
            #expect(areSame(recorder.messages, messages))
        }
    }

    @Test func manyMessagesInOneSegmentAllArriveInOrder() async throws {
        try await withServer(try TestServer()) { server in
            let messages = (0..<3000).map { pattern(1 + $0 % 97, seed: $0) }
            let peer = try RawPeer(to: server.listener.address)
            try peer.send(messages.flatMap(framed))
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 3000 }
            #expect(areSame(recorder.messages, messages))
        }
    }

    @Test func largeAndSmallMessagesMix() async throws {
        try await withServer(try TestServer()) { server in
            let sizes = [
                10, 70_000, 1, 1 << 20, 32 << 10, (32 << 10) - 1, 129, 8 << 20, 64, 300_000, 4096,
                4097, 65_536 + 4096, 3,
            ]
            let messages = sizes.enumerated().map { pattern($1, seed: $0) }
            let peer = try RawPeer(to: server.listener.address)
            for _ in 0..<3 {
                try peer.send(messages.flatMap(framed))
            }
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 3 * sizes.count }
            #expect(areSame(recorder.messages, messages + messages + messages))
        }
    }

    @Test(arguments: [80, 128, 300])
    func aPlacedMessageGoesWhereItsReceiverWants(headCount: Int) async throws {
        let payloadCount = 1 << 20
        let place = UnsafeMutableRawBufferPointer.allocate(byteCount: payloadCount, alignment: 8)
        defer { unsafe place.deallocate() }
        let server = try TestServer { [place = unsafe SendablePlace(place)] _, recorder in
            unsafe recorder.place = place.bytes
            recorder.placementHeadCount = headCount
        }
        try await withServer(server) { server in
            let messages = (0..<6).map { number in
                // Every other message is not the one that is waited for.
                pattern(headCount + payloadCount - number % 2, seed: number)
            }
            let peer = try RawPeer(to: server.listener.address)
            try peer.send(messages.flatMap { framed($0) + framed([1, 2, 3]) })
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 12 }
            #expect(recorder.seen.withLock { $0.placedCount } == 3)
            #expect(areSame(recorder.messages, messages.flatMap { [$0, [1, 2, 3]] }))
        }
    }

    @Test func anOversizedFrameEndsTheConnection() async throws {
        var options = TCPOptions()
        options.messageByteCountMax = 1000
        try await withServer(try TestServer(options: options)) { server in
            let peer = try RawPeer(to: server.listener.address)
            try peer.send(framed(pattern(1000)) + [0, 0, 3, 233])
            #expect(try peer.receive(1).isEmpty)
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.closedCount == 1 }
            #expect(recorder.error == .messageTooLarge(byteCount: 1001, limit: 1000))
            #expect(recorder.messageCount == 1)
        }
    }

    @Test func somethingElseEndsTheConnection() async throws {
        try await withServer(try TestServer()) { server in
            let peer = try RawPeer(to: server.listener.address)
            try peer.send(Array("GET / HTTP/1.0\r\n\r\n".utf8))
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.closedCount == 1 }
            #expect(recorder.error == .invalidFrame(firstByte: 0x47))
        }
    }

    @Test func aSessionRequestIsAnsweredWhereThatIsAskedFor() async throws {
        var options = TCPOptions()
        options.answersSessionRequests = true
        try await withServer(try TestServer(options: options)) { server in
            let peer = try RawPeer(to: server.listener.address)
            try peer.send([0x81, 0, 0, 68] + pattern(68) + [0x85, 0, 0, 0] + framed([7]))
            #expect(try peer.receive(4) == [0x82, 0, 0, 0])
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 1 }
            #expect(recorder.messages == [[7]])
            // After a message it is out of order.
            try peer.send([0x81, 0, 0, 0])
            try await eventually { recorder.closedCount == 1 }
        }
    }

    @Test(arguments: [1, 3, 4, 5, 100, 50_000])
    func anEndInsideAMessageIsAnError(count: Int) async throws {
        try await withServer(try TestServer()) { server in
            do {
                let peer = try RawPeer(to: server.listener.address)
                try peer.send(Array(framed(pattern(60_000))[..<count]))
            }
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.closedCount == 1 }
            guard case .truncatedMessage = recorder.error else {
                Issue.record("closed with \(String(describing: recorder.error))")
                return
            }
        }
    }

    @Test func pausingHoldsMessagesBackAndLosesNone() async throws {
        let server = try TestServer { _, recorder in
            recorder.onMessage = { transport, _ in transport.pauseReceiving() }
        }
        try await withServer(server) { server in
            let messages = (0..<20).map { pattern(30_000 * ($0 % 3) + 10, seed: $0) }
            let peer = try RawPeer(to: server.listener.address)
            try peer.send(messages.flatMap(framed))
            let (transport, recorder) = try await server.connection()
            for number in 1...20 {
                try await eventually { recorder.messageCount >= number }
                try await Task.sleep(for: .milliseconds(2))
                #expect(recorder.messageCount == number)
                await onThread(of: transport.reactor) { transport.resumeReceiving() }
            }
            #expect(areSame(recorder.messages, messages))
        }
    }

    @Test func withoutBuffersItWaitsAndGoesOn() async throws {
        let kept = Kept()
        let server = try TestServer(bufferByteCountMax: 600_000) { _, recorder in
            recorder.onMessage = { transport, _ in
                guard kept.list.withLock({ $0.count }) < 2 else { return }
                guard let buffer = transport.reactor.buffers.take(capacity: 200_000) else { return }
                kept.list.withLock { $0.append(buffer) }
            }
        }
        try await withServer(server) { server in
            let peer = try RawPeer(to: server.listener.address)
            let message = pattern(250_000)
            try peer.send(framed([1]) + framed([2]) + framed(message))
            let (_, recorder) = try await server.connection()
            try await eventually { recorder.messageCount == 2 }
            try await Task.sleep(for: .milliseconds(30))
            #expect(recorder.messageCount == 2)
            kept.list.withLock { list in
                for buffer in list { buffer.recycle() }
                list.removeAll()
            }
            try await eventually { recorder.messageCount == 3 }
            #expect(recorder.messages.last == message)
        }
    }
}

/// Buffers that somebody does not give back.
private final class Kept: Sendable {
    let list = Mutex<[IOBuffer]>([])
}

/// Memory that a test lends to a reactor's thread.
@safe struct SendablePlace: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ bytes: UnsafeMutableRawBufferPointer) { unsafe self.bytes = bytes }
}
