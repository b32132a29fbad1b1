public import Descriptors

/// Why a connection is over, when it was not simply closed.
public enum TransportError: Error, Hashable, Sendable {
    /// The peer announced a message larger than this end accepts.
    case messageTooLarge(byteCount: Int, limit: Int)
    /// The peer's bytes are not the framing of MS-SMB2 2.1.
    case invalidFrame(firstByte: UInt8)
    /// The peer closed in the middle of a message.
    case truncatedMessage(receivedByteCount: Int, expectedByteCount: Int)
    /// The peer did not take what was left to send within the time allowed after `close`.
    case flushTimedOut(unsentByteCount: Int)
    /// The other end did not answer in time.
    case connectTimedOut
    /// A name has no address.
    case unknownHost(name: String, reason: String)
    /// The peer broke the rules of SMB Direct, or the fabric reports that it cannot be reached.
    case fabric(reason: String)
    /// A call of the operating system failed.
    case system(Errno, call: String)
}

extension TransportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .messageTooLarge(let byteCount, let limit):
            "the peer announced a message of \(byteCount) bytes, more than the \(limit) allowed"
        case .invalidFrame(let firstByte):
            "the peer does not speak SMB over TCP: a frame begins with byte \(firstByte)"
        case .truncatedMessage(let received, let expected):
            "the peer closed after \(received) of a message's \(expected) bytes"
        case .flushTimedOut(let unsent):
            "the peer did not take the last \(unsent) bytes"
        case .connectTimedOut:
            "the other end did not answer in time"
        case .unknownHost(let name, let reason):
            "\(name) has no address: \(reason)"
        case .fabric(let reason):
            reason
        case .system(let error, let call):
            "\(call): \(error)"
        }
    }
}
