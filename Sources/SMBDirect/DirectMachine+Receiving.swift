internal import Wire

extension DirectMachine {
    /// Takes a received message, whole (MS-SMBD 3.1.5.5). `invalidatedToken` is what the device
    /// says became invalid with it.
    public mutating func receive(
        _ message: RawSpan,
        invalidatedToken: UInt32? = nil
    ) throws(SMBDirectError) -> DirectArrival {
        precondition(posted > 0, "every message lands in a posted receive")
        posted -= 1
        wasHeard = true
        do throws(SMBDirectError) {
            switch (phase, role) {
            case (.established, _):
                return try receiveData(message, invalidatedToken: invalidatedToken)
            case (.idle, .acceptor): return try receiveRequest(message)
            case (.negotiating, .initiator): return try receiveResponse(message)
            default: throw .unexpectedMessage
            }
        } catch {
            phase = .ended
            throw error
        }
    }

    /// MS-SMBD 3.1.5.8.
    mutating func receiveData(
        _ message: RawSpan,
        invalidatedToken: UInt32?
    ) throws(SMBDirectError) -> DirectArrival {
        var reader = WireReader(message)
        guard let header = try? DataTransferHeader(from: &reader) else {
            throw .truncated(byteCount: message.byteCount)
        }
        guard header.creditsRequested > 0 else { throw .noCreditsRequested }
        guard grantedCredits > 0 else { throw .creditsExceeded }
        try checkPayload(of: header, messageCount: message.byteCount)

        probe = .none
        grantedCredits -= 1
        creditTarget = Int(header.creditsRequested)
        if header.requestsResponse { owesResponse = true }
        if header.creditsGranted > 0 {
            sendCredits += Int(header.creditsGranted)
            guard sendCredits <= UInt16.max else { throw .creditOverflow }
            isStarved = false
        }
        if let invalidatedToken { inboundToken = invalidatedToken }
        guard header.dataLength > 0 else { return .control }
        return .fragment(place(header))
    }

    /// Whether the payload lies inside its message, and continues the upper-layer message that is
    /// under way. A message without payload may come between two pieces: ksmbd sends such ones, and
    /// they say nothing about the stream.
    private func checkPayload(
        of header: DataTransferHeader,
        messageCount: Int
    ) throws(SMBDirectError) {
        let offset = Int(header.dataOffset)
        let count = Int(header.dataLength)
        guard offset % 8 == 0, offset + count <= messageCount,
            count == 0 || offset >= DataTransferHeader.payloadOffset
        else { throw .payloadOutOfBounds(offset: header.dataOffset, count: header.dataLength) }
        let announced = count + Int(header.remainingDataLength)
        guard announced <= limits.fragmentedSize else {
            throw .messageTooLong(byteCount: announced, maximum: limits.fragmentedSize)
        }
        let expected = inboundCount - inboundOffset
        if count == 0 {
            guard announced == 0 else {
                throw .fragmentMismatch(expected: expected, announced: announced)
            }
        } else if inboundCount > 0 {
            guard announced == expected else {
                throw .fragmentMismatch(expected: expected, announced: announced)
            }
        }
    }

    /// Puts a piece behind the ones that came before.
    private mutating func place(_ header: DataTransferHeader) -> DirectFragment {
        let count = Int(header.dataLength)
        if inboundCount == 0 { inboundCount = count + Int(header.remainingDataLength) }
        var fragment = DirectFragment(
            source: Int(header.dataOffset),
            count: count,
            offset: inboundOffset,
            messageCount: inboundCount
        )
        inboundOffset += count
        if fragment.isLast {
            fragment.invalidatedToken = inboundToken
            inboundToken = nil
            inboundCount = 0
            inboundOffset = 0
        }
        return fragment
    }
}
