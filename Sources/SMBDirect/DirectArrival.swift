/// What a received message asks of the driver, which then posts another receive in its place.
/// Afterwards `nextSegment` says whether something is to be sent.
public enum DirectArrival: Hashable, Sendable {
    /// The acceptor sends this; the connection is established.
    case accepted(DirectNegotiateResponse)
    /// The acceptor sends this, and ends the connection once it has left.
    case refused(DirectNegotiateResponse, SMBDirectError)
    /// The initiator's connection is established.
    case established
    /// Credits, a question or an answer; nothing for the upper layer.
    case control
    /// A piece of a message for the upper layer.
    case fragment(DirectFragment)
}
