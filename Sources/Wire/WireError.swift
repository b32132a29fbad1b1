/// Why a peer's bytes could not be read, and where.
public struct WireError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The bytes end before the field does.
        case truncated
        /// An offset or length points outside the message.
        case outOfBounds
        /// A field holds a value that its structure does not allow.
        case invalidValue
        /// UTF-16 with an odd byte count or an unpaired surrogate.
        case invalidText
    }

    public var reason: Reason
    /// Byte offset from the start of the message.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
