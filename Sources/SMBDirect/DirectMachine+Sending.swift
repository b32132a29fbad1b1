extension DirectMachine {
    /// A message of the upper layer has begun and not ended.
    public var isSending: Bool { outboundCount > 0 }

    /// Begins a message behind the one that has ended. Throws, and changes nothing, when the peer
    /// would not take it (MS-SMBD 3.1.4.2).
    public mutating func begin(
        messageCount: Int,
        invalidating token: UInt32? = nil
    ) throws(SMBDirectError) {
        precondition(phase == .established && !isSending && messageCount > 0)
        guard messageCount <= fragmentedSendSize else {
            throw .messageTooLong(byteCount: messageCount, maximum: fragmentedSendSize)
        }
        outboundCount = messageCount
        outboundOffset = 0
        outboundToken = token
    }

    /// The next message to post, or nil when there is nothing to send or no credit for it. Between
    /// the pieces of a message nothing else is sent: peers take it for the message's end.
    public mutating func nextSegment() -> DirectSegment? {
        guard phase == .established else { return nil }
        let granted = grantableCredits
        guard isSending || owesResponse || probe == .due || isPeerRunningLow else { return nil }
        guard sendCredits > 1 || sendCredits == 1 && granted > 0 else {
            if isSending { isStarved = true }
            return nil
        }
        let count = min(outboundCount - outboundOffset, segmentPayloadMax)
        let remaining = outboundCount - outboundOffset - count
        var segment = DirectSegment(
            header: DataTransferHeader(
                creditsRequested: requestedCredits,
                creditsGranted: UInt16(granted),
                requestsResponse: probe == .due,
                remainingDataLength: UInt32(remaining),
                dataLength: UInt32(count)
            ),
            offset: outboundOffset,
            count: count,
            isLast: remaining == 0
        )
        sendCredits -= 1
        grantedCredits += granted
        owesResponse = false
        isStarved = false
        if probe == .due { probe = .sent }
        outboundOffset += count
        if remaining == 0 {
            segment.invalidatedToken = outboundToken
            outboundToken = nil
            outboundCount = 0
            outboundOffset = 0
        }
        return segment
    }

    /// Linux's client answers a question only while it has granted fewer credits than are asked
    /// for: a question asks for more than there are.
    private var requestedCredits: UInt16 {
        guard probe == .due else { return UInt16(limits.credits) }
        return UInt16(clamping: max(limits.credits, sendCredits + Self.probeCreditMargin))
    }

    private static let probeCreditMargin = 4
}
