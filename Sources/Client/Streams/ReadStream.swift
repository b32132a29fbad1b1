internal import Reactor
internal import SMBDirect
internal import SMBMessages
internal import Transport
internal import Wire

/// Reads a range of a remote file with many requests in flight.
///
/// The range is cut into blocks that take slots of a ring in turn, so no block runs ahead of the
/// first unfinished one by more than the ring: what `ResumeJournal` relies on. While some slots
/// wait for the network, others are being stored. What a lost channel leaves unanswered is asked
/// of another one, into another buffer. Confined to the reactor's thread; nothing is allocated
/// per block.
final class ReadStream: ReplyHandler, ChannelWaiter, @unchecked Sendable {
    enum State {
        case free, waiting, received, storing
        /// The rest of a block has to be asked for when there are credits.
        case partial
    }

    struct Slot {
        var state = State.free
        var offset: UInt64 = 0
        /// Bytes of the block that are still to come.
        var count = 0
        /// Bytes that the request under way is about.
        var asked = 0
        /// What is received; or, while waiting, the memory that the peer may write to.
        var buffer: IOBuffer?
        /// Whose memory that is.
        var link: Link?
        var part = 0..<0
    }

    let channels: Channels
    var reactor: Reactor { channels.reactor }
    let target: BulkTarget
    private let sink: any ReadSink
    private let progress: TransferProgress?
    var slots: [Slot]
    private var next: UInt64
    /// Sequence numbers of the next block to ask for and, in order, of the next one to store.
    private var issued = 0
    private var delivered = 0
    private var waitingCount = 0
    private var storingCount = 0
    private var partialCount = 0
    private(set) var failure: ClientError?
    private var completion: ((Result<Void, ClientError>) -> Void)?

    init(
        channels: Channels,
        target: BulkTarget,
        sink: any ReadSink,
        progress: TransferProgress?
    ) {
        self.channels = channels
        self.target = target
        self.sink = sink
        self.progress = progress
        next = target.range.lowerBound
        slots = Array(repeating: Slot(), count: BulkTarget.slotCount(depth: target.depth))
    }

    func start(completion: @escaping (Result<Void, ClientError>) -> Void) {
        self.completion = completion
        channels.stir()
        pump()
    }

    /// Stops asking; `completion` is called when what is under way has ended.
    func stop(_ error: ClientError) {
        if failure == nil { failure = error }
        dropReceived()
        finishIfIdle()
    }

    func channelsReady() { pump() }

    private func pump() {
        guard askAgain() else { return }
        while failure == nil, waitingCount < target.depth, next < target.range.upperBound {
            let slot = issued % slots.count
            guard slots[slot].state == .free else { break }
            let count = Int(min(UInt64(target.block), target.range.upperBound - next))
            slots[slot].offset = next
            slots[slot].count = count
            guard ask(slot) else { return }
            issued += 1
            next += UInt64(count)
        }
        finishIfIdle()
    }

    /// Goes on with blocks that were answered in part, or whose channel is lost; false when they
    /// have to wait.
    private func askAgain() -> Bool {
        guard partialCount > 0, failure == nil else { return true }
        for slot in slots.indices where slots[slot].state == .partial {
            guard ask(slot) else { return false }
            partialCount -= 1
        }
        return true
    }

    /// Sends the request for what is missing of a block; false when that has to wait.
    private func ask(_ slot: Int) -> Bool {
        if let lost = target.open.failure ?? channels.failure {
            stop(lost)
            return false
        }
        guard let link = channels.bulkLink(forBytes: slots[slot].count) else {
            channels.notifyWhenReady(self)
            return false
        }
        switch askPlaced(slot, link) ?? askInline(slot, link) {
        case .sent:
            slots[slot].state = .waiting
            waitingCount += 1
            return true
        case .noCredits, .closed:
            if let lost = channels.failure { stop(lost) } else { channels.notifyWhenReady(self) }
            return false
        }
    }

    private func askInline(_ slot: Int, _ link: Link) -> Link.SendResult {
        let count = link.inlineCount(min(slots[slot].count, link.maxRead))
        slots[slot].asked = count
        let request = ReadRequest(
            fileID: target.open.fileID,
            offset: slots[slot].offset,
            length: UInt32(count)
        )
        return link.send(
            .read,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot
        ) { request.encode(to: &$0) }
    }

    func completed(
        token: Int,
        header: Header,
        buffer: IOBuffer,
        range: Range<Int>,
        mayKeep: Bool
    ) -> Bool {
        waitingCount -= 1
        slots[token].state = .free
        channels.lastBulk = reactor.now
        // The peer has answered: it writes to the memory no more.
        let link = slots[token].link
        let memory = takeMemory(token)
        guard failure == nil, header.status == .success else {
            memory?.recycle()
            if failure == nil {
                finish(header.status)
            } else {
                finishIfIdle()
            }
            return false
        }
        if let memory, let link {
            if acceptPlaced(memory, of: buffer, range, slot: token, link) { return false }
            memory.recycle()
        }
        guard failure == nil else {
            finishIfIdle()
            return false
        }
        guard let part = dataRange(buffer, range), part.count <= slots[token].asked else {
            stop(.violation("the server's answer to a read makes no sense"))
            return false
        }
        guard !part.isEmpty else {
            finish(.endOfFile)
            return false
        }
        return accept(part, of: buffer, slot: token, mayKeep: mayKeep)
    }

    /// The server has said why it gives no data.
    private func finish(_ status: NTStatus) {
        guard status == .endOfFile else { return stop(ClientError(status: status)) }
        if target.mayEnd { end() } else { stop(.shrunk) }
    }

    /// The file has no more: nothing further is asked for.
    func end() {
        next = target.range.upperBound
        pump()
    }

    func placement(token: Int, count: Int) -> UnsafeMutableRawBufferPointer? {
        guard failure == nil, !sink.isOrdered, slots[token].state == .waiting,
            slots[token].buffer == nil, count <= slots[token].asked
        else { return nil }
        return unsafe sink.destination(at: slots[token].offset, count: count)
    }

    func placed(token: Int, count: Int) {
        waitingCount -= 1
        slots[token].state = .free
        channels.lastBulk = reactor.now
        advance(token, by: count)
    }

    private func accept(
        _ part: Range<Int>,
        of buffer: IOBuffer,
        slot: Int,
        mayKeep: Bool
    ) -> Bool {
        guard !mayKeep else {
            receive(buffer, part, slot: slot)
            return true
        }
        guard let copy = reactor.buffers.take(capacity: part.count) else {
            stop(.noMemory)
            return false
        }
        copy.assign(buffer.bytes.extracting(part))
        receive(copy, 0..<part.count, slot: slot)
        return false
    }

    /// Takes over a buffer with data of the file.
    func receive(_ buffer: IOBuffer, _ part: Range<Int>, slot: Int) {
        slots[slot].state = .received
        slots[slot].buffer = buffer
        slots[slot].part = part
        deliver(slot)
        pump()
    }

    /// Gives to the sink what is its turn.
    private func deliver(_ slot: Int) {
        guard sink.isOrdered else { return store(slot) }
        guard storingCount == 0 else { return }
        let first = delivered % slots.count
        if slots[first].state == .received { store(first) }
    }

    private func store(_ slot: Int) {
        guard let buffer = slots[slot].buffer else { return }
        slots[slot].buffer = nil
        slots[slot].state = .storing
        storingCount += 1
        sink.store(
            buffer,
            range: slots[slot].part,
            at: slots[slot].offset,
            slot: slot,
            for: self
        )
    }

    /// The sink is done with a part.
    func stored(slot: Int, error: ClientError?) {
        storingCount -= 1
        slots[slot].state = .free
        if let error { return stop(error) }
        advance(slot, by: slots[slot].part.count)
    }

    /// Bytes of a block are where they belong.
    private func advance(_ slot: Int, by count: Int) {
        // What was stored counts even after a failure: a stream must not get it twice.
        progress?.advance(by: count)
        guard failure == nil else { return finishIfIdle() }
        slots[slot].offset += UInt64(count)
        slots[slot].count -= count
        if slots[slot].count > 0, target.mayEnd, count < slots[slot].asked {
            return end()
        }
        if slots[slot].count > 0 {
            // The server answered with less than the block.
            slots[slot].state = .partial
            partialCount += 1
            return pump()
        }
        delivered += 1
        if sink.isOrdered { deliver(delivered % slots.count) }
        pump()
    }

    func failed(token: Int, error: ClientError) {
        waitingCount -= 1
        slots[token].state = .free
        let link = slots[token].link
        // The peer may still write there.
        if let memory = takeMemory(token), let link { link.transport.quarantine(memory) }
        guard failure == nil else { return finishIfIdle() }
        if let lost = channels.failure { return stop(lost) }
        slots[token].state = .partial
        partialCount += 1
        channels.notifyWhenReady(self)
    }

    private func takeMemory(_ slot: Int) -> IOBuffer? {
        defer {
            slots[slot].buffer = nil
            slots[slot].link = nil
        }
        return slots[slot].buffer
    }

    /// Where the data lies in the buffer; nil when it lies outside the answer.
    private func dataRange(_ buffer: IOBuffer, _ range: Range<Int>) -> Range<Int>? {
        var reader = WireReader(buffer.bytes.extracting(range))
        do {
            try reader.skip(Header.size)
            let response = try ReadResponse(from: &reader)
            let start = range.lowerBound + response.dataOffset
            return start..<start + response.dataLength
        } catch {
            return nil
        }
    }

    private func dropReceived() {
        for slot in slots.indices where slots[slot].state == .received {
            slots[slot].buffer?.recycle()
            slots[slot].buffer = nil
            slots[slot].state = .free
        }
    }

    private func finishIfIdle() {
        guard waitingCount == 0, storingCount == 0, let completion else { return }
        if let failure {
            self.completion = nil
            completion(.failure(failure))
        } else if next == target.range.upperBound, slots.allSatisfy({ $0.state == .free }) {
            self.completion = nil
            completion(.success(()))
        }
    }
}
