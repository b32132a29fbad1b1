public import Reactor
public import SMBDirect

/// What a transport can do beyond carrying messages in order.
public struct TransportCapabilities: Hashable, Sendable {
    /// The largest message that can be sent and is accepted.
    public var messageByteCountMax: Int
    /// Whether bulk data can go straight between the memories of the two ends (SMB Direct).
    public var placesRemotely: Bool
    /// The most that one request may have placed (MS-SMBD 2.2.2, MaxReadWriteSize).
    public var placementByteCountMax: Int

    public init(messageByteCountMax: Int, placesRemotely: Bool, placementByteCountMax: Int = 0) {
        self.messageByteCountMax = messageByteCountMax
        self.placesRemotely = placesRemotely
        self.placementByteCountMax = placementByteCountMax
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

    /// Bytes accepted by `send` that have not left yet, or whose memory is still in use for them.
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

    // MARK: Bulk data that is placed (SMB Direct)

    /// A buffer whose bytes this transport moves without copying: registered memory, where the
    /// fabric needs that. Nil when the bound of its pool is reached.
    func takeBuffer(capacity: Int) -> IOBuffer?

    /// Describes `count` bytes of a buffer from `offset` to the peer, who may then write them or
    /// read them. Nil where that is not possible with this transport or this buffer. Calls no
    /// system and registers nothing. The buffer may be recycled once the peer has answered the
    /// request; if it never will, it goes to `quarantine`.
    func expose(
        _ buffer: IOBuffer,
        offset: Int,
        count: Int,
        access: RemoteAccess
    ) -> BufferDescriptor?

    /// Memory that is pinned, as this transport's device knows it: to be sent from without a copy,
    /// by any number of messages at once. Nil where the device does not know it.
    func buffer(over memory: PinnedMemory) -> IOBuffer?

    /// Takes over a buffer that the peer may still reach, and recycles it when that has become
    /// impossible: not before the connection has ended and its device is done with it.
    func quarantine(_ buffer: IOBuffer)

    /// Takes the first `count` bytes of the peer's memory into the buffer at `offset`. Waits for
    /// its turn behind earlier ones; `fetcher` is told, never before this returns.
    func fetch(
        _ memory: RemoteMemory,
        count: Int,
        into buffer: IOBuffer,
        offset: Int,
        fetcher: any TransportFetcher,
        token: Int
    )
}

/// What a peer may do with memory that is described to it.
public enum RemoteAccess: Hashable, Sendable {
    /// The answer to a READ is placed there.
    case writing
    /// The data of a WRITE is taken from there.
    case reading
}

/// Hears of what `Transport.fetch` took over, on the reactor's thread.
public protocol TransportFetcher: AnyObject {
    /// The bytes are there; or they will never be, and the device touches the buffer no more.
    func fetched(token: Int, error: TransportError?)
}

/// For transports whose bulk data is part of the messages.
extension Transport {
    public func takeBuffer(capacity: Int) -> IOBuffer? { reactor.buffers.take(capacity: capacity) }

    public func expose(
        _ buffer: IOBuffer,
        offset: Int,
        count: Int,
        access: RemoteAccess
    ) -> BufferDescriptor? { nil }

    public func buffer(over memory: PinnedMemory) -> IOBuffer? { nil }

    public func quarantine(_ buffer: IOBuffer) { buffer.recycle() }

    public func fetch(
        _ memory: RemoteMemory,
        count: Int,
        into buffer: IOBuffer,
        offset: Int,
        fetcher: any TransportFetcher,
        token: Int
    ) { preconditionFailure("nothing can be fetched over a transport that places nothing") }
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
