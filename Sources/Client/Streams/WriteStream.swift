internal import Descriptors
internal import Reactor
internal import SMBMessages
internal import Transport
internal import Wire

/// Writes a range of a remote file with many requests in flight.
///
/// Blocks take the slots of a ring in turn, as in `ReadStream`: some are being loaded while others
/// are on the network. What a lost channel leaves unanswered is loaded again and written by
/// another one. Confined to the reactor's thread; nothing is allocated per block.
final class WriteStream: ReplyHandler, ChannelWaiter, @unchecked Sendable {
    enum State {
        case free, loading, loaded, waiting
        /// Its channel is lost, or the server wants it again later.
        case lost
    }

    struct Slot {
        var state = State.free
        var offset: UInt64 = 0
        /// Bytes of the block that the server has not confirmed.
        var count = 0
        /// Bytes that the request under way is about.
        var asked = 0
        /// What is loaded; or, while waiting, the memory that the peer may read.
        var buffer: IOBuffer?
        /// Whose memory that is, if it is registered memory.
        var link: Link?
        /// A lost channel had the block already.
        var isRepeated = false
    }

    let channels: Channels
    var reactor: Reactor { channels.reactor }
    let target: BulkTarget
    private let source: any WriteSource
    private let progress: TransferProgress?
    /// The kernel sends the bytes from here, where they need not be seen by anybody else.
    private let file: LocalFile?
    var slots: [Slot]
    private var next: UInt64
    private var issued = 0
    private var loadingCount = 0
    private var waitingCount = 0
    private var lostCount = 0
    /// How often in a row the server wanted a block again later.
    private var refusalCount = 0
    private var failure: ClientError?
    private var completion: ((Result<Void, ClientError>) -> Void)?

    init(
        channels: Channels,
        target: BulkTarget,
        source: any WriteSource,
        progress: TransferProgress?
    ) {
        self.channels = channels
        self.target = target
        self.source = source
        self.progress = progress
        next = target.range.lowerBound
        file = source.file
        slots = Array(repeating: Slot(), count: BulkTarget.slotCount(depth: target.depth))
    }

    func start(completion: @escaping (Result<Void, ClientError>) -> Void) {
        self.completion = completion
        channels.stir()
        pump()
    }

    /// Stops writing; `completion` is called when what is under way has ended.
    func stop(_ error: ClientError) {
        if failure == nil { failure = error }
        for slot in slots.indices where slots[slot].state == .loaded {
            dropBuffer(slot)
            slots[slot].state = .free
        }
        finishIfIdle()
    }

    func channelsReady() {
        loadLost()
        sendLoaded()
        pump()
    }

    private func pump() {
        while failure == nil, next < target.range.upperBound {
            let slot = issued % slots.count
            guard slots[slot].state == .free else { break }
            let count = Int(min(UInt64(target.block), target.range.upperBound - next))
            slots[slot].offset = next
            slots[slot].count = count
            slots[slot].isRepeated = false
            issued += 1
            next += UInt64(count)
            load(slot, for: channels.bulkLink(forBytes: count) ?? channels.controlLink)
        }
        finishIfIdle()
    }

    private func loadLost() {
        guard lostCount > 0, failure == nil else { return }
        if let lost = target.open.failure ?? channels.failure { return stop(lost) }
        guard let link = channels.controlLink else { return channels.notifyWhenReady(self) }
        for slot in slots.indices where slots[slot].state == .lost {
            lostCount -= 1
            load(slot, for: link)
            if failure != nil { return }
        }
    }

    /// Whether the bytes themselves are needed to send them by this link.
    private func needsBytes(_ link: Link) -> Bool {
        file == nil || link.transport.capabilities.placesRemotely || link.protection.signsAll
            || link.seals(target.route)
    }

    private func load(_ slot: Int, for link: Link?) {
        if let link, !needsBytes(link) {
            slots[slot].state = .loaded
            return sendLoaded()
        }
        guard let buffer = takeBuffer(slot, for: link) else {
            slots[slot].state = .free
            return stop(.noMemory)
        }
        slots[slot].state = .loading
        slots[slot].buffer = buffer
        loadingCount += 1
        source.load(
            buffer,
            count: slots[slot].count,
            at: slots[slot].offset,
            slot: slot,
            for: self
        )
    }

    /// Memory that the peer can read, where the link has that.
    private func takeBuffer(_ slot: Int, for link: Link?) -> IOBuffer? {
        let count = slots[slot].count
        if let link, link.placedCount(min(count, link.maxWrite), for: target.route) != nil,
            let memory = link.transport.takeBuffer(capacity: count)
        {
            slots[slot].link = link
            return memory
        }
        slots[slot].link = nil
        return reactor.buffers.take(capacity: count)
    }

    /// The source has filled the buffer of a slot, or failed.
    func loaded(slot: Int, error: ClientError?) {
        loadingCount -= 1
        slots[slot].state = .loaded
        if let error { return stop(error) }
        guard failure == nil else { return stop(.closed) }
        sendLoaded()
        pump()
    }

    /// Sends what is loaded, from the oldest block on.
    private func sendLoaded() {
        var sequence = max(0, issued - slots.count)
        while failure == nil, sequence < issued, waitingCount < target.depth {
            let slot = sequence % slots.count
            sequence += 1
            guard slots[slot].state == .loaded else { continue }
            guard send(slot) else { return }
        }
    }

    /// Sends a block, or loads it anew for another link; false when it has to wait.
    private func send(_ slot: Int) -> Bool {
        if let lost = target.open.failure ?? channels.failure {
            stop(lost)
            return false
        }
        guard let link = link(for: slot) else {
            channels.notifyWhenReady(self)
            return false
        }
        let isForeign = slots[slot].link.map { $0 !== link } ?? false
        let isMissing = slots[slot].buffer == nil && needsBytes(link)
        if isForeign || isMissing {
            dropBuffer(slot)
            load(slot, for: link)
            return true
        }
        switch sendPlaced(slot, link) ?? sendInline(slot, link) {
        case .sent:
            slots[slot].state = .waiting
            waitingCount += 1
            return true
        case .noCredits, .closed:
            if let lost = channels.failure { stop(lost) } else { channels.notifyWhenReady(self) }
            return false
        }
    }

    /// The link whose memory the block lies in, as long as it lives.
    private func link(for slot: Int) -> Link? {
        let count = slots[slot].count
        guard let own = slots[slot].link, own.isOpen else {
            return channels.bulkLink(forBytes: count)
        }
        return own.hasRoom(forBytes: count) ? own : nil
    }

    private func sendInline(_ slot: Int, _ link: Link) -> Link.SendResult {
        let count = link.inlineCount(min(slots[slot].count, link.maxWrite))
        guard let payload = payload(slot, count: count) else { return .closed }
        let request = WriteRequest(
            fileID: target.open.fileID,
            offset: slots[slot].offset,
            dataLength: count
        )
        let result = link.send(
            .write,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot,
            payload: payload,
            isRepeated: slots[slot].isRepeated && channels.marksRepeats
        ) { request.encode(to: &$0) }
        // The transport gives the buffer back.
        if result == .sent {
            slots[slot].asked = count
            slots[slot].buffer = nil
            slots[slot].link = nil
        }
        return result
    }

    private func payload(_ slot: Int, count: Int) -> OutboundMessage.Payload? {
        if let buffer = slots[slot].buffer { return .buffer(buffer, offset: 0, count: count) }
        guard let file else { return nil }
        return .file(
            descriptor: file.descriptor.rawValue,
            owner: file,
            offset: Int64(slots[slot].offset),
            count: count
        )
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
        // The peer has answered: it reads the memory no more.
        dropBuffer(token)
        guard failure == nil else {
            finishIfIdle()
            return false
        }
        if header.status == .fileNotAvailable, slots[token].isRepeated { return sendLater(token) }
        guard header.status == .success else {
            stop(ClientError(status: header.status))
            return false
        }
        guard let count = writtenCount(buffer, range), count > 0, count <= slots[token].asked
        else {
            stop(.violation("the server's answer to a write makes no sense"))
            return false
        }
        refusalCount = 0
        progress?.advance(by: count)
        slots[token].offset += UInt64(count)
        slots[token].count -= count
        slots[token].isRepeated = false
        // The server may take less than the block; the rest is loaded again.
        if slots[token].count > 0 { load(token, for: channels.controlLink) }
        sendLoaded()
        pump()
        return false
    }

    /// MS-SMB2 3.2.5.12: the server is not done with what the lost channel brought.
    private func sendLater(_ slot: Int) -> Bool {
        refusalCount += 1
        // All the blocks that are under way are refused, each once in a round.
        guard refusalCount <= Channels.refusalsMax * slots.count else {
            stop(ClientError(status: .fileNotAvailable))
            return false
        }
        slots[slot].state = .lost
        lostCount += 1
        _ = reactor.schedule(after: Channels.refusalPauseNanoseconds) { [self] in channelsReady() }
        return false
    }

    func failed(token: Int, error: ClientError) {
        waitingCount -= 1
        slots[token].state = .free
        // The peer may still read there.
        if let memory = slots[token].buffer, let link = slots[token].link {
            link.transport.quarantine(memory)
        }
        slots[token].buffer = nil
        slots[token].link = nil
        guard failure == nil else { return finishIfIdle() }
        if let lost = channels.failure { return stop(lost) }
        slots[token].state = .lost
        slots[token].isRepeated = true
        lostCount += 1
        channels.notifyWhenReady(self)
    }

    private func dropBuffer(_ slot: Int) {
        slots[slot].buffer?.recycle()
        slots[slot].buffer = nil
        slots[slot].link = nil
    }

    private func writtenCount(_ buffer: IOBuffer, _ range: Range<Int>) -> Int? {
        var reader = WireReader(buffer.bytes.extracting(range))
        do {
            try reader.skip(Header.size)
            return Int(try WriteResponse(from: &reader).count)
        } catch {
            return nil
        }
    }

    private func finishIfIdle() {
        guard waitingCount == 0, loadingCount == 0, let completion else { return }
        if let failure {
            self.completion = nil
            completion(.failure(failure))
        } else if next == target.range.upperBound, slots.allSatisfy({ $0.state == .free }) {
            self.completion = nil
            completion(.success(()))
        }
    }
}
