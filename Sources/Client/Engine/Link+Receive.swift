internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Transport
internal import Wire

extension Link: TransportReceiver {
    func transport(_ transport: any Transport, received buffer: IOBuffer) {
        lastHeard = reactor.now
        let wasKept = receive(buffer)
        if !wasKept { buffer.recycle() }
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        fail(.lost)
    }

    /// One message, which may be sealed and may be a compound. True when a handler kept the buffer.
    private func receive(_ buffer: IOBuffer) -> Bool {
        var start = 0
        if let session = CipherContext.sessionID(of: buffer.bytes) {
            guard session == sessionID, let cipher = protection.cipher, open(buffer, with: cipher)
            else {
                fail(.badSeal)
                return false
            }
            start = CipherContext.headerCount
        }
        let wasSealed = start > 0
        let isSingle = isSingleMessage(buffer, at: start)
        // MS-SMB2 3.2.5.1.9: the messages of a compound follow each other at NextCommand.
        while isOpen {
            guard let header = readHeader(buffer, at: start) else {
                fail(.violation("the server sent something that is not SMB; check the port"))
                return false
            }
            let next = Int(header.nextCommand)
            let end = next == 0 ? buffer.count : start + next
            guard end <= buffer.count, next == 0 || next >= Header.size else {
                fail(.violation("the server sent a broken compound"))
                return false
            }
            let kept = handle(
                header,
                range: start..<end,
                in: buffer,
                wasSealed: wasSealed,
                mayKeep: isSingle
            )
            if kept { return true }
            if next == 0 { break }
            start = end
        }
        wakeAfterReceive()
        return false
    }

    private func open(_ buffer: IOBuffer, with cipher: CipherContext) -> Bool {
        do {
            try buffer.withMutableBytes { bytes throws(CryptoError) in try cipher.open(&bytes) }
            return true
        } catch {
            return false
        }
    }

    private func isSingleMessage(_ buffer: IOBuffer, at start: Int) -> Bool {
        readHeader(buffer, at: start)?.nextCommand == 0
    }

    private func readHeader(_ buffer: IOBuffer, at start: Int) -> Header? {
        guard start + Header.size <= buffer.count else { return nil }
        var reader = WireReader(buffer.bytes.extracting(start..<buffer.count))
        guard let header = try? Header(from: &reader), header.isResponse else { return nil }
        return header
    }

    /// One command of a message; true when its handler kept the buffer.
    private func handle(
        _ header: Header,
        range: Range<Int>,
        in buffer: IOBuffer,
        wasSealed: Bool,
        mayKeep: Bool
    ) -> Bool {
        if header.messageID == .max {
            noteBreak(header, buffer.bytes.extracting(range))
            return false
        }
        guard let slot = requests.slot(of: header.messageID),
            requests[slot].command == header.command
        else {
            fail(.violation("the server answered a request that was never made"))
            return false
        }
        let message = buffer.bytes.extracting(range)
        let isInterim = header.status == .pending && header.isAsync
        guard isGenuine(header, message, entry: requests[slot], wasSealed, isInterim) else {
            return false
        }
        credits.grant(header.credits)
        if isInterim {
            // MS-SMB2 3.2.5.1.5: the answer comes later, under this id.
            requests[slot].asyncID = header.asyncID
            return false
        }
        let entry = takeOut(slot)
        let isKept = entry.handler?.completed(
            token: entry.token,
            header: header,
            buffer: buffer,
            range: range,
            mayKeep: mayKeep
        )
        if mayKeep, isKept == true {
            wakeAfterReceive()
            return true
        }
        return false
    }

    /// MS-SMB2 3.2.5.19: a break of an oplock answers no request and carries no signature. What we
    /// do about it, agreeing, harms nobody.
    private func noteBreak(_ header: Header, _ message: RawSpan) {
        guard header.command == .oplockBreak else { return }
        var reader = WireReader(message)
        guard (try? reader.skip(Header.size)) != nil,
            let notification = try? OplockBreakNotification(from: &reader)
        else { return }
        owner?.link(self, broke: notification)
    }

    /// MS-SMB2 3.2.5.1.1, 3.2.5.1.3: an answer is worth nothing without the protection that its
    /// request had. Interim answers and those that set up the session carry no signature of ours.
    private func isGenuine(
        _ header: Header,
        _ message: RawSpan,
        entry: RequestTable.Entry,
        _ wasSealed: Bool,
        _ isInterim: Bool
    ) -> Bool {
        if wasSealed { return true }
        if entry.isSealed {
            fail(.badSeal)
            return false
        }
        guard let signing = protection.signing, !isInterim, header.command != .sessionSetup,
            entry.isSigned || header.flags.contains(.signed)
        else { return true }
        guard signing.verify(message) else {
            // A server that forgot the session cannot sign what it says about it.
            let hasNoSession =
                header.status == .userSessionDeleted
                || header.status == .networkSessionExpired
            fail(hasNoSession ? ClientError(status: header.status) : .badSignature)
            return false
        }
        return true
    }

    func wakeAfterReceive() {
        guard isOpen else { return }
        sendWaiting()
        owner?.linkHeard(self)
    }
}
