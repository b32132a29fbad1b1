/// A message to post: a header, and the piece of an upper-layer message behind it.
public struct DirectSegment: Hashable, Sendable {
    public var header: DataTransferHeader
    /// Where in the upper-layer message its piece begins; `count` is zero for a message that only
    /// grants, asks or answers.
    public var offset: Int
    public var count: Int
    /// The peer's token that goes with this segment as SEND with invalidation. The last segment
    /// carries it: nothing of the message follows (MS-SMBD 3.1.5.4).
    public var invalidatedToken: UInt32?
    /// The message ends here; its memory is free once this segment has left.
    public var isLast: Bool
}
