import CAllocationCounter
import CSystem
import Descriptors
import Glibc
import Reactor
import Synchronization
import Testing

@testable import Transport

@Suite("TCP sending", .serialized)
struct TCPSendingTests {
    @Test func headsBuffersAndFilesLeaveInOrder() async throws {
        // A busy machine may let this task wait longer than a peer would be waited for.
        var options = TCPOptions()
        options.flushTimeoutNanoseconds = 3_600_000_000_000
        try await withServer(try TestServer(options: options)) { server in
            let contents = pattern(3_000_000, seed: 9)
            let file = try TemporaryFile(contents)
            let peer = try RawPeer(to: server.listener.address)
            let (transport, _) = try await server.connection()
            let buffered = pattern(100_000, seed: 4)
            var wanted: [UInt8] = []
            for number in 0..<50 {
                wanted += framed([UInt8(number), 1])
                wanted += framed([UInt8(number), 2] + buffered[100..<99_100])
                wanted += framed(
                    [UInt8(number), 3] + contents[number..<number + 700_000 + number]
                )
            }
            let expected = wanted
            await onThread(of: transport.reactor) {
                for number in 0..<50 {
                    transport.send(OutboundMessage(head: [UInt8(number), 1]))
                    let buffer = transport.reactor.buffers.take(capacity: buffered.count)
                    guard let buffer else { return }
                    withReadableBytes(of: buffered) { buffer.assign($0) }
                    let slice = OutboundMessage.Payload.buffer(buffer, offset: 100, count: 99_000)
                    transport.send(OutboundMessage(head: [UInt8(number), 2], payload: slice))
                    let range = OutboundMessage.Payload.file(
                        descriptor: file.number,
                        owner: file,
                        offset: Int64(number),
                        count: 700_000 + number,
                    )
                    transport.send(OutboundMessage(head: [UInt8(number), 3], payload: range))
                }
                transport.close(flushing: true)
            }
            let received = try await receiveElsewhere(peer, expected.count + 1)
            #expect(received.count == expected.count)
            #expect(areSame(received, expected))
        }
    }

    @Test func aFileThatBecameShorterIsContinuedWithZeros() async throws {
        try await withServer(try TestServer()) { server in
            let contents = pattern(300_000)
            let file = try TemporaryFile(contents)
            let peer = try RawPeer(to: server.listener.address)
            let (transport, _) = try await server.connection()
            await onThread(of: transport.reactor) {
                let range = OutboundMessage.Payload.file(
                    descriptor: file.number,
                    owner: file,
                    offset: 1000,
                    count: 1 << 20,
                )
                transport.send(OutboundMessage(head: [9], payload: range))
            }
            let zeros = [UInt8](repeating: 0, count: (1 << 20) - 299_000)
            let expected = framed([9] + contents[1000...] + zeros)
            #expect(areSame(try await receiveElsewhere(peer, expected.count), expected))
        }
    }

    @Test func aFileThatCannotBeReadEndsTheConnection() async throws {
        try await withServer(try TestServer()) { server in
            let directory = FileDescriptor(
                owning: try Errno.check(unsafe csystem_openat(AT_FDCWD, "/", O_RDONLY, 0))
            ).release()
            defer { close(directory) }
            let peer = try RawPeer(to: server.listener.address)
            let (transport, recorder) = try await server.connection()
            await onThread(of: transport.reactor) {
                let range = OutboundMessage.Payload.file(
                    descriptor: directory,
                    owner: transport,
                    offset: 0,
                    count: 10,
                )
                transport.send(OutboundMessage(head: [9], payload: range))
            }
            try await eventually { recorder.closedCount == 1 }
            #expect(recorder.error == .system(.isDirectory, call: "pread"))
            _ = consume peer
        }
    }

    @Test func aSlowReaderDoesNotMakeMemoryGrow() async throws {
        var options = TCPOptions()
        options.heldByteCountMax = 1 << 20
        let server = try TestServer(options: options) { _, recorder in
            recorder.keepsMessages = false
            // Every request is answered with a large buffer.
            recorder.onMessage = { transport, _ in
                guard let buffer = transport.reactor.buffers.take(capacity: 200_000) else { return }
                buffer.count = 200_000
                let payload = OutboundMessage.Payload.buffer(buffer, offset: 0, count: 200_000)
                transport.send(OutboundMessage(head: [1, 2, 3], payload: payload))
            }
        }
        try await withServer(server) { server in
            let peer = try RawPeer(to: server.listener.address)
            let (transport, recorder) = try await server.connection()
            // One segment: the congestion begins in the middle of it.
            try peer.send((0..<200).flatMap { _ in framed([5]) })
            try await eventually { transport.isCongested }
            try await Task.sleep(for: .milliseconds(50))
            let queued = await onThread(of: transport.reactor) { transport.queuedByteCount }
            #expect(queued <= options.heldByteCountMax + 200_007)
            #expect(recorder.messageCount < 200)
            #expect(transport.reactor.buffers.byteCount < 4 << 20)
            let received = try await receiveElsewhere(peer, 200 * 200_007)
            #expect(received.count == 200 * 200_007)
            // It is counted after it has been answered.
            try await eventually { recorder.messageCount == 200 }
        }
    }

    @Test func aPeerThatTakesNothingDoesNotHoldUpTheClose() async throws {
        var options = TCPOptions()
        options.flushTimeoutNanoseconds = 50_000_000
        try await withServer(try TestServer(options: options)) { server in
            let peer = try RawPeer(to: server.listener.address, receiveBufferByteCount: 4096)
            let (transport, recorder) = try await server.connection()
            await onThread(of: transport.reactor) {
                for _ in 0..<10 {
                    let buffer = transport.reactor.buffers.take(capacity: 1 << 20)
                    guard let buffer else { return }
                    let payload = OutboundMessage.Payload.buffer(buffer, offset: 0, count: 1 << 20)
                    transport.send(OutboundMessage(head: [1], payload: payload))
                }
                transport.close(flushing: true)
            }
            try await eventually { recorder.closedCount == 1 }
            guard case .flushTimedOut = recorder.error else {
                Issue.record("closed with \(String(describing: recorder.error))")
                return
            }
            _ = consume peer
        }
    }

    @Test func nothingIsSentAfterClosing() async throws {
        try await withServer(try TestServer()) { server in
            let peer = try RawPeer(to: server.listener.address)
            let (transport, recorder) = try await server.connection()
            await onThread(of: transport.reactor) {
                transport.send(OutboundMessage(head: [1]))
                transport.close(flushing: true)
                transport.send(OutboundMessage(head: [2]))
            }
            #expect(try await receiveElsewhere(peer, 100) == framed([1]))
            try await eventually { recorder.closedCount == 1 }
            #expect(recorder.error == nil)
            await onThread(of: transport.reactor) { transport.close(flushing: false) }
            #expect(recorder.closedCount == 1)
        }
    }
}

/// Blocks a thread of its own, not one of the few that run tasks.
func receiveElsewhere(_ peer: borrowing RawPeer, _ count: Int) async throws -> [UInt8] {
    let number = peer.descriptor.rawValue
    let copy = dup(number)
    return try await withCheckedThrowingContinuation { continuation in
        let pool = FileIOPool(threadCount: 1)
        guard let reactor = try? Reactor(name: "unused") else { return }
        let accepted = pool.submit(for: reactor) {
            let peer = RawPeer(descriptor: FileDescriptor(owning: copy))
            continuation.resume(with: Result { try peer.receive(count) })
        } completion: {
        }
        precondition(accepted)
    }
}

/// A file that is gone when nobody has it open.
final class TemporaryFile: Sendable {
    let number: Int32

    init(_ contents: [UInt8]) throws {
        number = unsafe open("/dev/shm", O_RDWR | 0o20200000, 0o600)
        _ = try Errno.checkC(number)
        let written = unsafe contents.withUnsafeBytes { bytes in
            unsafe pwrite(number, bytes.baseAddress, bytes.count, 0)
        }
        #expect(written == contents.count)
    }

    deinit { close(number) }
}

func withReadableBytes(of array: [UInt8], _ body: (RawSpan) -> Void) {
    let span = unsafe array.span.bytes
    body(span)
}
