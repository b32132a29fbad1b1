internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Transport
internal import Wire

/// What a transport is receiving into the memory of whoever asked for it.
@safe struct ArrivingData {
    var slot: Int
    var headCount: Int
    var destination: UnsafeMutableRawBufferPointer
}

extension Link {
    /// The data of a READ is received where it belongs, if that is memory: nothing is copied.
    ///
    /// Answers that are encrypted, compounded, or not what they should be are received whole.
    func transport(
        _ transport: any Transport,
        placementFor head: RawSpan,
        messageCount: Int
    ) -> Placement? {
        guard isOpen, head.byteCount >= ReadResponse.dataOffset else { return nil }
        var reader = WireReader(head)
        guard let header = try? Header(from: &reader), header.isResponse,
            header.command == .read, header.status == .success, header.nextCommand == 0,
            let slot = requests.slot(of: header.messageID),
            requests[slot].command == .read, !requests[slot].isSealed,
            let response = try? ReadResponse(headOf: &reader),
            response.dataOffset >= ReadResponse.dataOffset, response.dataLength > 0,
            response.dataOffset + response.dataLength == messageCount,
            let destination = unsafe requests[slot].handler?.placement(
                token: requests[slot].token,
                count: response.dataLength
            ), destination.count == response.dataLength
        else { return nil }
        arriving = unsafe ArrivingData(
            slot: slot,
            headCount: response.dataOffset,
            destination: destination
        )
        return unsafe Placement(headCount: response.dataOffset, destination: destination)
    }

    func transport(_ transport: any Transport, placed head: IOBuffer, payloadCount: Int) {
        defer { head.recycle() }
        lastHeard = reactor.now
        guard isOpen, let arriving else { return }
        self.arriving = nil
        var reader = WireReader(head.bytes)
        guard let header = try? Header(from: &reader),
            requests.slot(of: header.messageID) == arriving.slot
        else { return fail(.violation("the server answered a request that was never made")) }
        let isSigned = requests[arriving.slot].isSigned || header.flags.contains(.signed)
        if let signing = protection.signing, isSigned {
            let data = unsafe UnsafeRawBufferPointer(arriving.destination).bytes
            guard signing.verify(head.bytes, payload: data) else { return fail(.badSignature) }
        }
        credits.grant(header.credits)
        let entry = takeOut(arriving.slot)
        entry.handler?.placed(token: entry.token, count: payloadCount)
        wakeAfterReceive()
    }
}
