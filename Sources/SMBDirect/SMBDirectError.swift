/// Why a connection of SMB Direct cannot go on. Every one of them ends the connection.
public enum SMBDirectError: Error, Hashable, Sendable {
    /// A message of `byteCount` bytes is shorter than its kind allows.
    case truncated(byteCount: Int)
    /// A message that has no place in the present state: before or after the negotiation.
    case unexpectedMessage
    /// The peer offers these versions, and 1.0 is none of them.
    case version(minimum: UInt16, maximum: UInt16)
    /// The peer's answer to our request carries this NTSTATUS.
    case refused(status: UInt32)
    /// A size or count in the negotiation is below what MS-SMBD allows.
    case negotiation(field: NegotiatedField)
    /// MS-SMBD 3.1.5.8: a peer that asks for no credits could never send again.
    case noCreditsRequested
    /// The peer sent more messages than it was allowed to.
    case creditsExceeded
    /// More credits were granted than can be counted.
    case creditOverflow
    /// DataOffset or DataLength point outside the message.
    case payloadOutOfBounds(offset: UInt32, count: UInt32)
    /// A message of more bytes than was negotiated, ours or the peer's.
    case messageTooLong(byteCount: Int, maximum: Int)
    /// A segment does not continue the message that is under way.
    case fragmentMismatch(expected: Int, announced: Int)
    /// The peer did not negotiate in time.
    case negotiationTimeout
    /// The peer did not answer a keepalive in time.
    case peerSilent
    /// The peer did not grant a credit in time, although messages wait.
    case noCreditsGranted
    /// The peer describes less memory than is to be moved.
    case remoteMemoryTooShort(byteCount: Int, wanted: Int)
    /// A descriptor reaches past the end of the address space.
    case remoteMemoryWraps(offset: UInt64, length: UInt32)

    /// What MS-SMBD 3.1.5.6 and 3.1.5.7 check.
    public enum NegotiatedField: Hashable, Sendable {
        case creditsRequested, creditsGranted, preferredSendSize, maxReceiveSize, maxFragmentedSize
        case negotiatedVersion
    }
}
