internal import Descriptors
internal import Glibc
internal import Reactor
internal import SMBDirect
internal import Verbs
internal import Wire

extension DirectTransport {
    static let headerByteCount = 32
    /// What siw sends without copying: a page.
    private static let largeByteCount = 4096
    private static let retryNanoseconds: UInt64 = 1_000_000

    public func send(_ message: consuming OutboundMessage) {
        // Taken out of the message: an array with two owners would be copied to be emptied.
        var head: [UInt8] = []
        swap(&head, &message.head)
        let entry = DirectOutboundEntry(
            head: consume head,
            payload: message.payload,
            destination: message.destination,
            invalidatedToken: message.invalidatedToken,
        )
        guard state == .open || state == .idle, entry.byteCount > 0 else {
            if case .buffer(let buffer, offset: _, count: _) = entry.payload { buffer.recycle() }
            return
        }
        queuedByteCount += entry.byteCount
        heldByteCount += entry.heldByteCount
        outbound.append(consume entry)
        if isOverfull { isCongested = true }
        markActive()
        scheduleSend()
    }

    private var isOverfull: Bool {
        heldByteCount > options.heldByteCountMax
            || outbound.count > options.queuedMessageCountMax
    }

    /// Receives again when enough of what had piled up has left.
    private func relieveCongestion() {
        guard isCongested, !isOverfull else { return }
        isCongested = false
        schedulePass()
    }

    // MARK: - Posting

    /// What the next work request is known by.
    var nextSequence: UInt64 { completedSequence + UInt64(posted.count) }

    func hasRoom(in chain: SendChain) -> Bool { !chain.isFull && posted.count < sendQueueDepth }

    /// Gives the device what may be sent now, in one call if it is not very much.
    func send() {
        guard machine.phase == .established, isLive, let queuePair else { return }
        let chain = workspace.sendChain
        while isLive {
            appendReads(to: chain)
            appendMessages(to: chain)
            guard isLive, chain.count > 0 else { break }
            let wasFull = chain.isFull
            chain.signalLast()
            do throws(VerbsError) {
                try queuePair.post(chain)
            } catch {
                fail(TransportError(error))
            }
            if !wasFull { break }
        }
        chain.removeAll()
        relieveCongestion()
    }

    private func appendMessages(to chain: SendChain) {
        while hasRoom(in: chain) {
            if sending == nil && !beginNext() { break }
            if sending?.slices != nil { appendWrites(to: chain) }
            guard let sending, sending.slices.map({ $0.remaining == 0 }) ?? true else { return }
            if !sending.isBegun {
                do throws(SMBDirectError) {
                    try machine.begin(
                        messageCount: sending.messageCount,
                        invalidating: sending.invalidatedToken,
                    )
                    self.sending?.isBegun = true
                } catch {
                    return fail(TransportError(error))
                }
            }
            while machine.isSending, hasRoom(in: chain) {
                guard let segment = machine.nextSegment() else { return }
                append(segment, to: chain)
            }
            if machine.isSending { return }
        }
        // Between messages, what only grants or answers.
        while sending == nil, hasRoom(in: chain), let segment = machine.nextSegment() {
            append(segment, to: chain)
        }
    }

    private func appendWrites(to chain: SendChain) {
        guard let payload = sending?.payload, let offset = sending?.payloadOffset else { return }
        while hasRoom(in: chain), let slice = sending?.slices?.next() {
            let place = unsafe payload.base + offset + slice.localOffset
            chain.appendWrite(
                unsafe MemoryPiece(place, count: slice.count, key: payload.localKey),
                to: slice.remoteOffset,
                key: slice.token,
                id: nextSequence,
            )
            posted.append(DirectPosted(kind: .write))
            if signalsLargeSends && slice.count >= Self.largeByteCount { chain.signalLast() }
        }
    }

    /// A place for a segment's header that no request under way uses.
    private var headerPlace: (base: UnsafeMutableRawPointer, key: UInt32)? {
        guard let headers else { return nil }
        let slot = Int(nextSequence % UInt64(sendQueueDepth))
        return unsafe (headers.base + slot * Self.headerByteCount, headers.localKey)
    }

    private func append(_ segment: DirectSegment, to chain: SendChain) {
        var pieces: (MemoryPiece?, MemoryPiece?) = (nil, nil)
        let headerCount = segment.header.byteCount
        var release = DirectPosted(kind: .send)
        let header: MemoryPiece
        if segment.count > 0, let sending, segment.offset == 0 {
            // The head lies right behind room for its header.
            let count = min(segment.count, sending.headCount)
            unsafe store(segment.header, at: sending.head.base)
            header = unsafe MemoryPiece(
                sending.head.base,
                count: headerCount + count,
                key: sending.head.localKey,
            )
            pieces.0 = payloadPiece(of: sending, from: 0, count: segment.count - count)
        } else {
            guard let place = unsafe headerPlace else { return }
            unsafe store(segment.header, at: place.base)
            header = unsafe MemoryPiece(place.base, count: headerCount, key: place.key)
            if let sending, segment.count > 0 {
                let inHead = max(0, min(segment.count, sending.headCount - segment.offset))
                if inHead > 0 {
                    let start = unsafe sending.head.base + DataTransferHeader.payloadOffset
                    pieces.0 = unsafe MemoryPiece(
                        start + segment.offset,
                        count: inHead,
                        key: sending.head.localKey,
                    )
                }
                pieces.1 = payloadPiece(
                    of: sending,
                    from: max(0, segment.offset - sending.headCount),
                    count: segment.count - inHead,
                )
            }
        }
        chain.appendSend(
            header,
            pieces.0,
            pieces.1,
            invalidating: segment.invalidatedToken,
            id: nextSequence,
        )
        if signalsLargeSends && headerCount + segment.count >= Self.largeByteCount {
            chain.signalLast()
        }
        if segment.isLast && segment.count > 0, let sent = sending.take() {
            release.head = sent.head
            release.payload = sent.payload
            release.byteCount = sent.byteCount
        }
        posted.append(release)
    }

    private func payloadPiece(
        of sending: DirectSending,
        from offset: Int,
        count: Int
    ) -> MemoryPiece? {
        guard count > 0, let payload = sending.payload else { return nil }
        let start = unsafe payload.base + sending.payloadOffset + offset
        return unsafe MemoryPiece(start, count: count, key: payload.localKey)
    }

    private func store(_ header: DataTransferHeader, at base: UnsafeMutableRawPointer) {
        let count = header.byteCount
        var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: count)
        header.store(into: &span)
    }

    /// Sends a message of the negotiation.
    func sendRaw(_ count: Int, _ encode: (inout WireWriter) -> Void) {
        guard let queuePair, let place = unsafe headerPlace else { return }
        var writer = WireWriter(recycling: workspace.takeHead())
        encode(&writer)
        let bytes = writer.finish()
        precondition(bytes.count == count && count <= Self.headerByteCount)
        unsafe bytes.withUnsafeBytes { source in
            if let start = source.baseAddress {
                unsafe place.base.copyMemory(from: start, byteCount: count)
            }
        }
        workspace.takeBack(consume bytes)
        let chain = workspace.sendChain
        let piece = unsafe MemoryPiece(place.base, count: count, key: place.key)
        chain.appendSend(piece, nil, nil, invalidating: nil, id: nextSequence)
        chain.signalLast()
        posted.append(DirectPosted(kind: .send))
        do throws(VerbsError) {
            try queuePair.post(chain)
        } catch {
            fail(TransportError(error))
        }
    }

    // MARK: - The next message

    /// Brings the first message that waits into registered memory. Answers false when there is
    /// none, or when it has to wait.
    private func beginNext() -> Bool {
        guard !outbound.isEmpty, !isSendDelayed, !isReadingFile else { return false }
        let room = DataTransferHeader.payloadOffset
        let headCount = outbound[0].head.count
        guard let head = pools.local.take(capacity: headCount + room) else {
            delaySending()
            return false
        }
        guard let payload = preparePayload() else {
            head.recycle()
            return false
        }
        guard var entry = outbound.popFirst() else { return false }
        sendDelayedSince = nil
        let byteCount = entry.byteCount
        heldByteCount -= entry.heldByteCount
        // Taken out of the entry: an array with two owners would be copied to be emptied.
        var bytes: [UInt8] = []
        swap(&bytes, &entry.head)
        unsafe bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe (head.base + room).copyMemory(from: start, byteCount: headCount)
            }
        }
        workspace.takeBack(consume bytes)
        var next = DirectSending(
            head: head,
            headCount: headCount,
            payload: payload.buffer,
            payloadOffset: payload.offset,
            payloadCount: payload.count,
            invalidatedToken: entry.invalidatedToken,
            byteCount: byteCount,
        )
        do throws(SMBDirectError) {
            if let destination = entry.destination {
                next.slices = try PlacementSlices(
                    of: destination,
                    count: payload.count,
                    sliceCountMax: sliceByteCountMax,
                )
            }
            sending = next
            return true
        } catch {
            sending = next
            fail(TransportError(error))
            return false
        }
    }

    private struct Payload {
        var buffer: IOBuffer?
        var offset = 0
        var count = 0
    }

    /// The first message's payload in registered memory; nil when it has to wait, or has failed.
    private func preparePayload() -> Payload? {
        switch outbound[0].payload {
        case .none:
            return Payload()
        case .buffer(let buffer, let offset, let count):
            if buffer.isPart(of: domain.open) || buffer.isPart(of: domain.local)
                || buffer.isPart(of: domain.pins)
            {
                return Payload(buffer: buffer, offset: offset, count: count)
            }
            guard let copy = pools.local.take(capacity: count) else {
                delaySending()
                return nil
            }
            unsafe copy.base.copyMemory(from: buffer.base + offset, byteCount: count)
            buffer.recycle()
            return Payload(buffer: copy, offset: 0, count: count)
        case .file(let descriptor, let owner, let offset, let count):
            guard let buffer = readFile(descriptor, owner, offset, count) else { return nil }
            return Payload(buffer: buffer, offset: 0, count: count)
        }
    }

    /// Memory or threads are short: others will give some back.
    func delaySending() {
        let since = sendDelayedSince ?? reactor.now
        sendDelayedSince = since
        guard reactor.now - since < options.memoryNanoseconds else {
            let error = domain.local.lastError.map { TransportError($0) }
            return fail(error ?? .system(.noBufferSpace, call: "send"))
        }
        isSendDelayed = true
        let home = reactor
        _ = reactor.schedule(after: Self.retryNanoseconds) { [weak self] in
            guard let self, reactor === home else { return }
            isSendDelayed = false
            schedulePass()
        }
    }
}
