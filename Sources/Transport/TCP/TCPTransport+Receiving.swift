internal import CSystem
internal import Descriptors
internal import Glibc
internal import Reactor

extension TCPTransport {
    /// How long to wait for a buffer when the reactor has lent all it may.
    private static let starvationRetryNanoseconds: UInt64 = 5_000_000

    var isLive: Bool { state == .open || state == .flushing || state == .draining }

    /// Whether the next message may be delivered.
    var isReceiving: Bool { state == .open && !isPaused && !isStarved && !isCongested }

    /// Takes what the socket has, up to this connection's share of the pass.
    func receive() {
        var budget = options.budgetPerPass
        if inbound.hasBacklog { deliverBacklog() }
        while isReceiving && budget > 0 && !inbound.hasBacklog {
            let isDirect = inbound.stage == .whole || inbound.stage == .placed
            let (result, capacity) = isDirect ? receiveDirectly() : receiveToScratch()
            if result > 0 {
                budget -= result
                if result < capacity { break }
            } else if result == 0 {
                endOfStream()
                return
            } else {
                let error = Errno(rawValue: Int32(-result))
                if error == .interrupted { continue }
                if error != .wouldBlock { fail(.system(error, call: "recv")) }
                break
            }
        }
        adjustLowWater()
    }

    private func endOfStream() {
        guard !inbound.isBetweenMessages else { return fail(nil) }
        let received = inbound.receivedCount
        let expected = max(inbound.messageCount, TCPFrame.byteCount)
        fail(.truncatedMessage(receivedByteCount: received, expectedByteCount: expected))
    }

    /// Between messages: as many as fit the scratch.
    private func receiveToScratch() -> (result: Int, capacity: Int) {
        let capacity = TCPWorkspace.scratchByteCount
        let scratch = unsafe workspace.scratch
        let result = unsafe csystem_receive(socket, scratch, capacity)
        if result > 0 {
            unsafe deliver(unsafe UnsafeRawBufferPointer(start: scratch, count: result))
        }
        return (result, capacity)
    }

    /// Inside a message: straight to where its bytes belong.
    private func receiveDirectly() -> (result: Int, capacity: Int) {
        let vectors = unsafe workspace.vectors
        var count = 0
        var capacity = 0
        func add(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
            unsafe vectors[count] = iovec(iov_base: base, iov_len: byteCount)
            count += 1
            capacity += byteCount
        }
        guard let buffer = inbound.buffer else { preconditionFailure("a message has no buffer") }
        if inbound.stage == .whole {
            unsafe add(buffer.base + inbound.receivedCount, inbound.remaining)
        } else {
            let missing = inbound.placedHeadCount - inbound.receivedCount
            if missing > 0 { unsafe add(buffer.base + inbound.receivedCount, missing) }
            let placed = max(0, -missing)
            if let place = unsafe inbound.destination.baseAddress {
                let count = unsafe inbound.destination.count
                unsafe add(place + placed, count - placed)
            }
        }
        let direct = capacity
        let scratch = unsafe workspace.scratch
        unsafe add(scratch, TCPWorkspace.overreadByteCount)
        let result = unsafe csystem_receive_vector(socket, vectors, count)
        guard result > 0 else { return (result, capacity) }
        inbound.receivedCount += min(result, direct)
        if inbound.remaining == 0 { deliverMessage() }
        if result > direct {
            unsafe deliver(unsafe UnsafeRawBufferPointer(start: scratch, count: result - direct))
        }
        return (result, capacity)
    }

    private func deliverBacklog() {
        let bytes = inbound.backlog
        inbound.backlog = []
        unsafe bytes.withUnsafeBytes { unsafe deliver($0) }
    }

    /// Takes bytes apart into messages. What may not be delivered now is kept.
    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count && isReceiving {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch inbound.stage {
            case .frame:
                offset += unsafe takeFrame(rest)
            case .head:
                offset += unsafe takeHead(rest)
            case .whole, .placed:
                let count = min(rest.count, inbound.remaining)
                unsafe inbound.store(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                offset += count
                if inbound.remaining == 0 { deliverMessage() }
            case .skipping:
                let count = min(rest.count, inbound.remaining)
                inbound.receivedCount += count
                offset += count
                if inbound.remaining == 0 { inbound.finishMessage() }
            }
        }
        if offset < bytes.count && (state == .open || state == .moving) {
            unsafe inbound.backlog.append(contentsOf: bytes[offset...])
        }
    }

    /// Takes bytes of a frame and, when it is complete, begins what it announces.
    private func takeFrame(_ bytes: UnsafeRawBufferPointer) -> Int {
        var taken = 0
        while inbound.frameCount < TCPFrame.byteCount && taken < bytes.count {
            inbound.frameWord = unsafe inbound.frameWord << 8 | UInt32(bytes[taken])
            inbound.frameCount += 1
            taken += 1
        }
        guard inbound.frameCount == TCPFrame.byteCount else { return taken }
        switch TCPFrame(word: inbound.frameWord) {
        case .message(let byteCount):
            inbound.sawMessage = true
            beginMessage(byteCount)
        case .sessionRequest(let byteCount)
        where options.answersSessionRequests && !inbound.sawMessage:
            inbound.messageCount = byteCount
            inbound.receivedCount = 0
            inbound.stage = .skipping
            enqueueRaw(TCPFrame.positiveSessionResponse)
            if byteCount == 0 { inbound.finishMessage() }
        case .keepAlive:
            inbound.finishMessage()
        case .sessionRequest:
            fail(.invalidFrame(firstByte: 0x81))
        case .invalid(let firstByte):
            fail(.invalidFrame(firstByte: firstByte))
        }
        return taken
    }

    /// Decides where a message goes.
    private func beginMessage(_ byteCount: Int) {
        guard byteCount <= options.messageByteCountMax else {
            let limit = options.messageByteCountMax
            return fail(.messageTooLarge(byteCount: byteCount, limit: limit))
        }
        inbound.messageCount = byteCount
        inbound.receivedCount = 0
        let isLarge =
            byteCount >= options.placementByteCountMin
            && byteCount > TCPInbound.placementHeadByteCount
        // A large message's own buffer is taken when it is known that it is needed.
        let capacity = isLarge ? TCPInbound.placementHeadByteCount : byteCount
        guard let buffer = reactor.buffers.take(capacity: capacity) else { return starve() }
        inbound.buffer = buffer
        inbound.stage = isLarge ? .head : .whole
        if byteCount == 0 { deliverMessage() }
    }

    /// Gathers a large message's first bytes and asks the receiver for a place.
    private func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        let wanted = TCPInbound.placementHeadByteCount - inbound.receivedCount
        let taken = min(bytes.count, wanted)
        unsafe inbound.store(UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
        guard inbound.receivedCount == TCPInbound.placementHeadByteCount else { return taken }
        chooseDestination()
        return taken
    }

    private func chooseDestination() {
        guard let head = inbound.buffer, let receiver else { return }
        head.count = inbound.receivedCount
        let placement = receiver.transport(
            self,
            placementFor: head.bytes,
            messageCount: inbound.messageCount,
        )
        // The receiver may have closed the connection meanwhile.
        guard state == .open else { return }
        if let placement, placement.headCount >= 0, placement.headCount <= head.capacity,
            unsafe placement.headCount + placement.destination.count == inbound.messageCount
        {
            inbound.stage = .placed
            inbound.placedHeadCount = placement.headCount
            unsafe inbound.destination = placement.destination
            let surplus = inbound.receivedCount - placement.headCount
            if surplus > 0, let place = unsafe placement.destination.baseAddress {
                unsafe place.copyMemory(from: head.base + placement.headCount, byteCount: surplus)
            }
            return
        }
        guard let buffer = reactor.buffers.take(capacity: inbound.messageCount) else {
            return starve()
        }
        unsafe buffer.base.copyMemory(from: head.base, byteCount: inbound.receivedCount)
        head.recycle()
        inbound.buffer = buffer
        inbound.stage = .whole
    }

    private func deliverMessage() {
        guard let buffer = inbound.buffer, let receiver else { return }
        if inbound.stage == .placed {
            let headCount = inbound.placedHeadCount
            let payloadCount = inbound.messageCount - headCount
            buffer.count = headCount
            inbound.finishMessage()
            receiver.transport(self, placed: buffer, payloadCount: payloadCount)
        } else {
            buffer.count = inbound.messageCount
            inbound.finishMessage()
            receiver.transport(self, received: buffer)
        }
    }

    /// Every buffer is lent: receives nothing until some came back.
    private func starve() {
        isStarved = true
        updateInterest()
        let home = reactor
        _ = reactor.schedule(after: Self.starvationRetryNanoseconds) { [weak self] in
            guard let self, reactor === home, isStarved else { return }
            isStarved = false
            retryAfterStarvation()
            schedulePass()
        }
    }

    /// Goes on where `starve` stopped: at a message's beginning, or at the choice of its place.
    func retryAfterStarvation() {
        guard state == .open else { return }
        if inbound.stage == .frame && inbound.frameCount == TCPFrame.byteCount {
            beginMessage(inbound.messageCount)
        } else if inbound.stage == .head
            && inbound.receivedCount == TCPInbound.placementHeadByteCount
        {
            chooseDestination()
        }
    }

    /// Inside a large message the socket is readable only when a good part of it, or all that is
    /// missing, is there. More than what is missing would wait for ever.
    private func adjustLowWater() {
        guard isLive else { return }
        var wanted = 1
        if inbound.stage == .whole || inbound.stage == .placed {
            let remaining = inbound.remaining
            if remaining >= options.placementByteCountMin {
                wanted = min(remaining, options.lowWaterByteCount)
            }
        }
        guard lowWater != Int32(wanted) else { return }
        lowWater = Int32(wanted)
        _ = csystem_set_option(socket, SOL_SOCKET, SO_RCVLOWAT, lowWater)
    }
}
