internal import Reactor
internal import SMBMessages
internal import Transport
internal import Wire

/// Reads a range of a remote file with many requests in flight.
///
/// The range is cut into blocks that take slots of a ring in turn, so no block runs ahead of the
/// first unfinished one by more than the ring: what `ResumeJournal` relies on. While some slots
/// wait for the network, others are being stored. Confined to the reactor's thread; nothing is
/// allocated per block.
final class ReadStream: ReplyHandler, CreditWaiter, @unchecked Sendable {
    struct Target {
        var route: Route
        var fileID: FileID
        var range: Range<UInt64>
        var block: Int
        var depth: Int
    }

    private enum State {
        case free, waiting, received, storing
        /// The rest of a block has to be asked for when there are credits.
        case partial
    }

    private struct Slot {
        var state = State.free
        var offset: UInt64 = 0
        /// Bytes of the block that are still to come.
        var count = 0
        var buffer: IOBuffer?
        var part = 0..<0
    }

    private let link: Link
    var reactor: Reactor { link.reactor }
    private let target: Target
    private let sink: any ReadSink
    private let progress: TransferProgress?
    private var slots: [Slot]
    private var next: UInt64
    /// Sequence numbers of the next block to ask for and, in order, of the next one to store.
    private var issued = 0
    private var delivered = 0
    private var waitingCount = 0
    private var storingCount = 0
    private var partialCount = 0
    private var failure: ClientError?
    private var completion: ((Result<Void, ClientError>) -> Void)?

    init(link: Link, target: Target, sink: any ReadSink, progress: TransferProgress?) {
        self.link = link
        self.target = target
        self.sink = sink
        self.progress = progress
        next = target.range.lowerBound
        slots = Array(repeating: Slot(), count: Self.slotCount(depth: target.depth))
    }

    /// Half of the ring can wait for the network while the other half is stored.
    static func slotCount(depth: Int) -> Int { depth * 2 }

    func start(completion: @escaping (Result<Void, ClientError>) -> Void) {
        self.completion = completion
        pump()
    }

    /// Stops asking; `completion` is called when what is under way has ended.
    func stop(_ error: ClientError) {
        if failure == nil { failure = error }
        dropReceived()
        finishIfIdle()
    }

    func creditsGranted() { pump() }

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

    /// Goes on with blocks that the server answered in part; false when they have to wait.
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
        var count = slots[slot].count
        // A server that grants few credits is asked for less at a time.
        if link.requests.count == 0 {
            count = min(count, link.credits.available * CreditAccount.bytesPerCredit)
        }
        let request = ReadRequest(
            fileID: target.fileID,
            offset: slots[slot].offset,
            length: UInt32(count)
        )
        let result = link.send(
            .read,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot
        ) { request.encode(to: &$0) }
        switch result {
        case .sent:
            slots[slot].state = .waiting
            waitingCount += 1
            return true
        case .noCredits:
            link.notifyWhenCreditsArrive(self)
            return false
        case .closed:
            stop(link.failure ?? .closed)
            return false
        }
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
        guard failure == nil else {
            finishIfIdle()
            return false
        }
        guard header.status == .success else {
            stop(header.status == .endOfFile ? .shrunk : ClientError(status: header.status))
            return false
        }
        guard let part = dataRange(buffer, range), part.count <= slots[token].count else {
            stop(.violation("the server's answer to a read makes no sense"))
            return false
        }
        guard !part.isEmpty else {
            stop(.shrunk)
            return false
        }
        return accept(part, of: buffer, slot: token, mayKeep: mayKeep)
    }

    func placement(token: Int, count: Int) -> UnsafeMutableRawBufferPointer? {
        guard failure == nil, !sink.isOrdered, slots[token].state == .waiting,
            count <= slots[token].count
        else { return nil }
        return unsafe sink.destination(at: slots[token].offset, count: count)
    }

    func placed(token: Int, count: Int) {
        waitingCount -= 1
        slots[token].state = .free
        advance(token, by: count)
    }

    private func accept(
        _ part: Range<Int>,
        of buffer: IOBuffer,
        slot: Int,
        mayKeep: Bool
    ) -> Bool {
        slots[slot].state = .received
        slots[slot].part = part
        if mayKeep {
            slots[slot].buffer = buffer
        } else {
            guard let copy = link.reactor.buffers.take(capacity: part.count) else {
                slots[slot].state = .free
                stop(.noMemory)
                return false
            }
            copy.assign(buffer.bytes.extracting(part))
            slots[slot].buffer = copy
            slots[slot].part = 0..<part.count
        }
        deliver(slot)
        pump()
        return mayKeep
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
        if slots[slot].count > 0 {
            // The server answered with less than it was asked for.
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
        stop(error)
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
