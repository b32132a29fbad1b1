import Glibc
import Reactor
import Synchronization
import Transport

/// A transport without a network: what the fuzzer says goes in, what the server answers is kept.
final class LoopTransport: Transport, Sendable {
    /// What waits for the fuzzer's thread.
    private struct Mailbox {
        var replies: [[UInt8]] = []
        var isClosed = false
        var receivedCount = 0
    }

    let capabilities = TransportCapabilities(
        messageByteCountMax: 1 << 20,
        placesRemotely: false
    )
    let server: ServerUnderTest
    let peerDescription = "fuzzer"
    private let mailbox = Mutex(Mailbox())
    /// Confined to the reactor's thread, like every call of this protocol.
    nonisolated(unsafe) private weak var currentReceiver: (any TransportReceiver)?

    /// Whether an exchange lasts until the server has nothing left to do, as tests want it, or only
    /// until there is an answer, as is best for a fuzzer.
    let settles: Bool

    init(to server: ServerUnderTest, settles: Bool) {
        self.server = server
        self.settles = settles
    }

    var reactor: Reactor { server.reactor }

    var receiver: (any TransportReceiver)? {
        get { unsafe currentReceiver }
        set { unsafe currentReceiver = newValue }
    }

    let queuedByteCount = 0

    func takeScratch() -> [UInt8] { [] }
    func pauseReceiving() {}
    func resumeReceiving() {}

    func send(_ message: consuming OutboundMessage) {
        let bytes = message.takeBytes()
        mailbox.withLock { $0.replies.append(bytes) }
    }

    func close(flushing: Bool) { mailbox.withLock { $0.isClosed = true } }

    func move(to reactor: Reactor, arrived: @escaping @Sendable () -> Void) {
        preconditionFailure("there is one reactor")
    }

    // MARK: The fuzzer's side

    var isClosed: Bool { mailbox.withLock { $0.isClosed } }

    /// Lets the server receive a message, and returns what it answers: all of it, or what comes
    /// within a short time.
    func exchange(_ message: [UInt8], settles: Bool) -> [[UInt8]] {
        let expected = mailbox.withLock { $0.receivedCount + 1 }
        reactor.post { [self] in
            deliver(message)
            mailbox.withLock { $0.receivedCount += 1 }
        }
        if settles {
            while mailbox.withLock({ $0.receivedCount < expected }) { usleep(20) }
            server.settle()
        } else {
            awaitBriefly(expected)
        }
        return mailbox.withLock { mailbox in
            defer { mailbox.replies = [] }
            return mailbox.replies
        }
    }

    /// Most answers are there at once; a request that waits for good gets none.
    private func awaitBriefly(_ expected: Int) {
        var patience = 100
        while patience > 0 {
            let isDone = mailbox.withLock {
                $0.receivedCount == expected && ($0.isClosed || !$0.replies.isEmpty)
            }
            if isDone { break }
            if mailbox.withLock({ $0.receivedCount == expected }) { patience -= 1 }
            usleep(50)
        }
    }

    /// What the server has sent since, after a moment.
    func collect() -> [[UInt8]] {
        usleep(500)
        return mailbox.withLock { mailbox in
            defer { mailbox.replies = [] }
            return mailbox.replies
        }
    }

    private func deliver(_ message: [UInt8]) {
        guard let receiver, !isClosed, let buffer = reactor.buffers.take(capacity: message.count)
        else { return }
        unsafe buffer.assign(message.span.bytes)
        receiver.transport(self, received: buffer)
    }

    /// Tells the server that the peer is gone, and waits until it has heard.
    func disconnect() {
        reactor.post { [self] in
            let receiver = receiver
            self.receiver = nil
            receiver?.transport(self, closed: nil)
            mailbox.withLock { $0.receivedCount = -1 }
        }
        while mailbox.withLock({ $0.receivedCount != -1 }) { usleep(20) }
    }
}
