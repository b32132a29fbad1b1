internal import Descriptors
internal import Reactor
internal import SMBMessages
internal import Transport
internal import Wire

/// Writes a range of a remote file with many requests in flight.
///
/// Blocks take the slots of a ring in turn, as in `ReadStream`: some are being loaded while others
/// are on the network. Confined to the reactor's thread; nothing is allocated per block.
final class WriteStream: ReplyHandler, CreditWaiter, @unchecked Sendable {
    typealias Target = ReadStream.Target

    private enum State {
        case free, loading, loaded, waiting
    }

    private struct Slot {
        var state = State.free
        var offset: UInt64 = 0
        /// Bytes of the block that the server has not confirmed.
        var count = 0
        var buffer: IOBuffer?
    }

    private let link: Link
    var reactor: Reactor { link.reactor }
    private let target: Target
    private let source: any WriteSource
    private let progress: TransferProgress?
    /// The kernel sends the bytes from here; nothing is loaded.
    private let file: LocalFile?
    private var slots: [Slot]
    private var next: UInt64
    private var issued = 0
    private var loadingCount = 0
    private var waitingCount = 0
    private var failure: ClientError?
    private var completion: ((Result<Void, ClientError>) -> Void)?

    init(link: Link, target: Target, source: any WriteSource, progress: TransferProgress?) {
        self.link = link
        self.target = target
        self.source = source
        self.progress = progress
        next = target.range.lowerBound
        let needsBytes = link.protection.signsAll || link.seals(target.route)
        file = needsBytes ? nil : source.file
        slots = Array(repeating: Slot(), count: ReadStream.slotCount(depth: target.depth))
    }

    func start(completion: @escaping (Result<Void, ClientError>) -> Void) {
        self.completion = completion
        pump()
    }

    /// Stops writing; `completion` is called when what is under way has ended.
    func stop(_ error: ClientError) {
        if failure == nil { failure = error }
        for slot in slots.indices where slots[slot].state == .loaded {
            slots[slot].buffer?.recycle()
            slots[slot].buffer = nil
            slots[slot].state = .free
        }
        finishIfIdle()
    }

    func creditsGranted() {
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
            issued += 1
            next += UInt64(count)
            load(slot)
        }
        finishIfIdle()
    }

    private func load(_ slot: Int) {
        guard file == nil else {
            slots[slot].state = .loaded
            return sendLoaded()
        }
        guard let buffer = link.reactor.buffers.take(capacity: slots[slot].count) else {
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

    private func send(_ slot: Int) -> Bool {
        var count = slots[slot].count
        if link.requests.count == 0 {
            count = min(count, link.credits.available * CreditAccount.bytesPerCredit)
        }
        guard let payload = payload(slot, count: count) else { return true }
        let request = WriteRequest(
            fileID: target.fileID,
            offset: slots[slot].offset,
            dataLength: count
        )
        let result = link.send(
            .write,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot,
            payload: payload
        ) { request.encode(to: &$0) }
        switch result {
        case .sent:
            slots[slot].buffer = nil
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

    private func payload(_ slot: Int, count: Int) -> OutboundMessage.Payload? {
        if let file {
            return .file(
                descriptor: file.descriptor.rawValue,
                owner: file,
                offset: Int64(slots[slot].offset),
                count: count
            )
        }
        return slots[slot].buffer.map { .buffer($0, offset: 0, count: count) }
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
            stop(ClientError(status: header.status))
            return false
        }
        guard let count = writtenCount(buffer, range), count > 0, count <= slots[token].count
        else {
            stop(.violation("the server's answer to a write makes no sense"))
            return false
        }
        progress?.advance(by: count)
        slots[token].offset += UInt64(count)
        slots[token].count -= count
        // The server may take less than it was sent; the rest is loaded again.
        if slots[token].count > 0 { load(token) }
        sendLoaded()
        pump()
        return false
    }

    func failed(token: Int, error: ClientError) {
        waitingCount -= 1
        slots[token].state = .free
        stop(error)
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
