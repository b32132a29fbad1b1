public import Reactor

/// What a transport can do beyond carrying messages in order.
public struct TransportCapabilities: Hashable, Sendable {
    /// The largest message that can be sent and is accepted.
    public var messageByteCountMax: Int
    /// Whether the peer can place bulk data in memory that a request describes (SMB Direct).
    public var placesRemotely: Bool

    public init(messageByteCountMax: Int, placesRemotely: Bool) {
        self.messageByteCountMax = messageByteCountMax
        self.placesRemotely = placesRemotely
    }
}

/// An ordered, reliable stream of messages between two peers.
///
/// A transport is confined to the thread of its reactor: every call happens there, and so does
/// every call of its receiver.
public protocol Transport: AnyObject {
    var capabilities: TransportCapabilities { get }
    var reactor: Reactor { get }
    /// For logs: the peer's address and port.
    var peerDescription: String { get }

    /// Who gets the messages. Kept alive until it was told that the transport is closed. Setting
    /// it the first time starts the receiving.
    var receiver: (any TransportReceiver)? { get set }

    /// Queues a message behind all earlier ones. Never blocks and never calls the receiver before
    /// it returns; after `close` the message is dropped.
    func send(_ message: consuming OutboundMessage)

    /// Bytes accepted by `send` that have not left yet.
    var queuedByteCount: Int { get }

    /// An empty array with room, to encode a head into. `send` takes it back.
    func takeScratch() -> [UInt8]

    /// Stops delivering messages until `resumeReceiving`; the peer is slowed down by the network's
    /// own flow control. Calls do not nest.
    func pauseReceiving()
    func resumeReceiving()

    /// Ends the connection: after what is queued was sent, or at once. The receiver is told, once.
    func close(flushing: Bool)

    /// Continues on another reactor, without losing a byte; `arrived` runs there first. The caller
    /// must not use the transport between this call and `arrived`.
    func move(to reactor: Reactor, arrived: @escaping @Sendable () -> Void)
}

/// Where a message's bulk data goes, when its receiver has the memory ready.
@safe public struct Placement {
    /// Bytes of the message in front of the bulk data.
    public var headCount: Int
    /// Exactly as long as the rest of the message. It stays valid until the message was delivered
    /// or the transport was closed.
    public var destination: UnsafeMutableRawBufferPointer

    public init(headCount: Int, destination: UnsafeMutableRawBufferPointer) {
        self.headCount = headCount
        unsafe self.destination = destination
    }
}

public protocol TransportReceiver: AnyObject {
    /// One whole message without framing. The receiver owns the buffer and recycles it.
    func transport(_ transport: any Transport, received message: IOBuffer)

    /// The connection is over; nothing follows. `error` is nil after an orderly end.
    func transport(_ transport: any Transport, closed error: TransportError?)

    /// Asked for each message of at least `TCPOptions.placementByteCountMin` bytes, as soon as
    /// `head`, its first bytes (128, or a few more), is here: may the rest be received straight
    /// into the receiver's memory? Answering nil has the message delivered whole.
    func transport(
        _ transport: any Transport,
        placementFor head: RawSpan,
        messageCount: Int
    ) -> Placement?

    /// A message whose bulk data was placed: `head` has its first `headCount` bytes, and the
    /// destination has the others. The receiver owns the buffer and recycles it.
    func transport(_ transport: any Transport, placed head: IOBuffer, payloadCount: Int)
}

extension TransportReceiver {
    public func transport(
        _ transport: any Transport,
        placementFor head: RawSpan,
        messageCount: Int
    ) -> Placement? { nil }

    public func transport(_ transport: any Transport, placed head: IOBuffer, payloadCount: Int) {
        preconditionFailure("a receiver that gives placements takes placed messages")
    }
}
