internal import Glibc
internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Transport

extension SimulatedTransport {
    /// Takes what has arrived, on the thread of this end.
    func drainSoon() {
        let expected = reactor
        expected.post { [self] in
            // It may have moved meanwhile, and drains itself where it arrives.
            if reactor === expected { drain() }
        }
    }

    /// A device goes on for a while after its program has given the connection up: memory is
    /// touched until it is done, but nobody hears of messages.
    func drain() {
        while isClosed || (!isPaused && receiver != nil),
            let item = arrivals.withLock({ $0.popFirst() })
        {
            if !isWired {
                peer?.queued.wrappingSubtract(item.byteCount, ordering: .relaxed)
            }
            if isDrained || (isClosed && !item.touchesMemory) {
                item.discard()
            } else {
                take(item)
            }
        }
    }

    private func take(_ item: SimulatedItem) {
        switch item {
        case .message(let message):
            deliver(message)
        case .write(let buffer, let offset, let count, let memory):
            defer { buffer.recycle() }
            guarded { () throws(SimulatedAccessError) in
                try unsafe self.memory.withPieces(of: memory, count: count, access: .writing) {
                    unsafe $1.copyMemory(
                        from: UnsafeRawBufferPointer(
                            start: buffer.base + offset + $0,
                            count: $1.count
                        )
                    )
                }
            }
        case .fetch(let fetch):
            guarded { () throws(SimulatedAccessError) in
                try fetch.copy { () throws(SimulatedAccessError) in
                    try unsafe self.memory.withPieces(
                        of: fetch.memory,
                        count: fetch.count,
                        access: .reading
                    ) {
                        let place = unsafe fetch.buffer.base + fetch.offset + $0
                        if let start = $1.baseAddress {
                            unsafe place.copyMemory(from: start, byteCount: $1.count)
                        }
                    }
                }
                put(.fetched(fetch))
            }
        case .fetched(let fetch):
            guard fetches.contains(where: { $0 === fetch }) else { return }
            fetches.removeAll { $0 === fetch }
            fetch.fetcher.fetched(token: fetch.token, error: nil)
        case .part(let message, let count):
            deliverPart(of: message, count: count)
        case .end(let error):
            end(error)
        }
    }

    /// Does as the peer asked, or ends the connection on both ends as a fabric would.
    private func guarded(_ access: () throws(SimulatedAccessError) -> Void) {
        do {
            try access()
        } catch {
            let reason = TransportError.fabric(reason: "remote access refused: \(error.reason)")
            refusalCount += 1
            put(.end(reason))
            end(reason)
        }
    }

    /// Hands over a message: whole, or with its bulk data in the receiver's own memory.
    private func deliver(_ message: OutboundMessage) {
        let bytes = message.takeBytes()
        if let token = message.invalidatedToken, !memory.invalidate(token) {
            return guarded { () throws(SimulatedAccessError) in
                throw SimulatedAccessError(reason: "an unknown token was to become invalid")
            }
        }
        guard let receiver, let buffer = reactor.buffers.take(capacity: bytes.count) else {
            return end(.fabric(reason: "no buffer is free"))
        }
        let asked = min(bytes.count, Self.placementHeadCount)
        if !capabilities.placesRemotely, bytes.count >= Self.placementByteCountMin,
            let placement = unsafe receiver.transport(
                self,
                placementFor: bytes.span.bytes.extracting(first: asked),
                messageCount: bytes.count
            )
        {
            let payload = unsafe bytes.span.bytes.extracting(placement.headCount..<bytes.count)
            unsafe payload.withUnsafeBytes { unsafe placement.destination.copyMemory(from: $0) }
            unsafe buffer.assign(bytes.span.bytes.extracting(first: placement.headCount))
            receiver.transport(self, placed: buffer, payloadCount: payload.byteCount)
            return
        }
        unsafe buffer.assign(bytes.span.bytes)
        receiver.transport(self, received: buffer)
    }

    /// The first bytes of a message whose connection died under it.
    private func deliverPart(of message: OutboundMessage, count: Int) {
        let bytes = message.takeBytes()
        guard count >= Self.placementHeadCount, bytes.count >= Self.placementByteCountMin,
            let placement = unsafe receiver?.transport(
                self,
                placementFor: bytes.span.bytes.extracting(first: Self.placementHeadCount),
                messageCount: bytes.count
            ), placement.headCount < count
        else { return }
        let payload = unsafe bytes.span.bytes.extracting(placement.headCount..<count)
        unsafe payload.withUnsafeBytes { unsafe placement.destination.copyMemory(from: $0) }
    }

    private func end(_ error: TransportError?) {
        guard !isClosed else { return }
        lose(error)
        if wire == nil { drained() }
    }

    /// The connection is over, and this end hears of it.
    func lose(_ error: TransportError?) {
        guard !isClosed else { return }
        isClosed = true
        wire?.closed(self, flushing: false)
        tell(error)
    }

    func tell(_ error: TransportError?) {
        let receiver = receiver
        self.receiver = nil
        receiver?.transport(self, closed: error)
    }

    /// Nothing reaches this end's memory any more: fetches that are not done never will be, and
    /// what was quarantined is free.
    func drained() {
        isDrained = true
        drain()
        let lost = fetches
        fetches.removeAll()
        for fetch in lost {
            fetch.abandon()
            let reason = TransportError.fabric(reason: "the connection is over")
            fetch.fetcher.fetched(token: fetch.token, error: reason)
        }
        for buffer in quarantined { buffer.recycle() }
        quarantined.removeAll()
        peer = nil
        wire = nil
    }

    /// As a TCP transport asks for a place.
    static let placementByteCountMin = 32 << 10
    static let placementHeadCount = 128
}
