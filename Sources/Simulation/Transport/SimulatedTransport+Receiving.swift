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

    func drain() {
        while !isClosed, !isPaused, receiver != nil,
            let item = arrivals.withLock({ $0.popFirst() })
        {
            peer?.queued.wrappingSubtract(item.byteCount, ordering: .relaxed)
            take(item)
        }
        if isClosed { discardArrivals() }
    }

    private func discardArrivals() {
        while let item = arrivals.withLock({ $0.popFirst() }) { item.discard() }
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
            fetches.removeAll { $0 === fetch }
            fetch.fetcher.fetched(token: fetch.token, error: nil)
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

    func endSoon(_ error: TransportError?) {
        isClosed = true
        reactor.post { [self] in finish(error) }
    }

    private func end(_ error: TransportError?) {
        guard !isClosed else { return }
        isClosed = true
        finish(error)
    }

    /// Nothing follows: pending fetches fail, quarantined memory is free, the receiver is told.
    private func finish(_ error: TransportError?) {
        discardArrivals()
        let lost = fetches
        fetches.removeAll()
        for fetch in lost {
            fetch.abandon()
            let reason = error ?? .fabric(reason: "the connection is over")
            fetch.fetcher.fetched(token: fetch.token, error: reason)
        }
        for buffer in quarantined { buffer.recycle() }
        quarantined.removeAll()
        let receiver = receiver
        self.receiver = nil
        receiver?.transport(self, closed: error)
        peer = nil
    }

    /// As a TCP transport asks for a place.
    static let placementByteCountMin = 32 << 10
    static let placementHeadCount = 128
}
