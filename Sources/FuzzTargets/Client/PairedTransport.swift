import Reactor
import Synchronization
import Transport

/// One end of a connection in memory. Whatever it is told to send arrives at the other end, after
/// `change` had its way with it.
final class PairedTransport: Transport, @unchecked Sendable {
    let capabilities = TransportCapabilities(
        messageByteCountMax: 1 << 20,
        placesRemotely: false
    )
    let reactor: Reactor
    let peerDescription = "pair"
    let queuedByteCount = 0
    // Confined to the reactor's thread.
    var receiver: (any TransportReceiver)?
    private var isClosed = false
    // Set before the first message.
    private weak var peer: PairedTransport?
    private var change: (([UInt8]) -> [[UInt8]])?

    private init(reactor: Reactor) { self.reactor = reactor }

    /// Both ends; `change` sees what the second sends, and says what arrives instead.
    static func pair(
        _ first: Reactor,
        _ second: Reactor,
        change: @escaping ([UInt8]) -> [[UInt8]]
    ) -> (PairedTransport, PairedTransport) {
        let left = PairedTransport(reactor: first)
        let right = PairedTransport(reactor: second)
        (left.peer, right.peer) = (right, left)
        right.change = change
        return (left, right)
    }

    func takeScratch() -> [UInt8] { [] }
    func pauseReceiving() {}
    func resumeReceiving() {}

    func send(_ message: consuming OutboundMessage) {
        guard let peer, !isClosed else { return }
        let bytes = message.takeBytes()
        let arriving = change?(bytes) ?? [bytes]
        peer.reactor.post { for bytes in arriving { peer.deliver(bytes) } }
    }

    private func deliver(_ bytes: [UInt8]) {
        guard let receiver, !isClosed, !bytes.isEmpty,
            let buffer = reactor.buffers.take(capacity: bytes.count)
        else { return }
        unsafe buffer.assign(bytes.span.bytes)
        receiver.transport(self, received: buffer)
    }

    func close(flushing: Bool) {
        guard !isClosed else { return }
        isClosed = true
        if let peer { peer.reactor.post { peer.lose() } }
        reactor.post { [self] in end() }
    }

    /// The other end is gone.
    private func lose() {
        guard !isClosed else { return }
        isClosed = true
        end()
    }

    private func end() {
        let receiver = receiver
        self.receiver = nil
        receiver?.transport(self, closed: nil)
    }

    func move(to reactor: Reactor, arrived: @escaping @Sendable () -> Void) {
        preconditionFailure("there is one reactor")
    }
}
