public import Reactor

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

    public init(head: consuming [UInt8], payload: consuming Payload = .none) {
        self.head = head
        self.payload = payload
    }

    public var byteCount: Int { head.count + payload.count }
}
