public import Reactor
public import SMBDirect

/// One message to send: what was encoded, and the bulk data behind it.
public struct OutboundMessage {
    /// The bytes behind the encoded ones, which are not copied.
    public enum Payload {
        case none
        /// `count` bytes of a buffer from `offset`. The transport recycles the buffer afterwards.
        case buffer(IOBuffer, offset: Int, count: Int)
        /// `count` bytes of an open file from `offset`. `owner` keeps the descriptor open until
        /// the last byte is on its way. A file that has become shorter is continued with zeros:
        /// the head has promised the count already.
        case file(descriptor: Int32, owner: AnyObject, offset: Int64, count: Int)

        public var count: Int {
            switch self {
            case .none: 0
            case .buffer(_, offset: _, let count): count
            case .file(descriptor: _, owner: _, offset: _, let count): count
            }
        }
    }

    /// SMB bytes without the transport's framing; best an array from `takeScratch()`, passed on
    /// with `consume`: an array with a second owner is copied before it is used again.
    public var head: [UInt8]
    public var payload: Payload
    /// Where in the peer's memory the payload goes instead of behind the head, for transports that
    /// place remotely: it is all there before the peer sees the head. At least as large as the
    /// payload, which must be a buffer.
    public var destination: RemoteMemory?
    /// A token of the peer's that is made invalid when the head arrives (MS-SMBD 3.1.5.4).
    public var invalidatedToken: UInt32?

    public init(
        head: consuming [UInt8],
        payload: consuming Payload = .none,
        destination: RemoteMemory? = nil,
        invalidatedToken: UInt32? = nil
    ) {
        self.head = head
        self.payload = payload
        self.destination = destination
        self.invalidatedToken = invalidatedToken
    }

    public var byteCount: Int { head.count + payload.count }
}
