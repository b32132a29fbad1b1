/// A piece of an upper-layer message that has arrived, and where it belongs.
public struct DirectFragment: Hashable, Sendable {
    /// Where in the received message the piece lies.
    public var source: Int
    public var count: Int
    /// Where in the upper-layer message it goes. Zero opens a message.
    public var offset: Int
    /// Bytes of the whole upper-layer message, known from its first piece on.
    public var messageCount: Int
    /// A token of ours that a segment of this message has made invalid; with the last piece.
    public var invalidatedToken: UInt32?

    public var isFirst: Bool { offset == 0 }
    public var isLast: Bool { offset + count == messageCount }
}
