internal import CSystem
internal import Descriptors
internal import Glibc
internal import Reactor

extension TCPTransport {
    /// Messages with at least this much payload leave at once, while what was just read or sealed
    /// is still in the processor's cache; smaller ones leave together at the end of the pass.
    private static let promptByteCountMin = 32 << 10
    private static let headChunkByteCount = 4096
    private static let sendfileByteCountMax = 1 << 20
    private static let retryNanoseconds: UInt64 = 1_000_000

    public func send(_ message: consuming OutboundMessage) {
        let payload = message.payload
        // Taken out of the message: an array with two owners would be copied to be emptied.
        var head: [UInt8] = []
        swap(&head, &message.head)
        guard state == .open || state == .idle, head.count + payload.count > 0,
            appendHead(head, messageCount: head.count + payload.count, payload: payload)
        else {
            if case .buffer(let buffer, offset: _, count: _) = payload { buffer.recycle() }
            return
        }
        workspace.takeBack(consume head)
        if payload.count >= Self.promptByteCountMin && !isWriteBlocked && state == .open {
            flush()
        } else {
            schedulePass()
        }
    }

    /// Sends four bytes that are no message.
    func enqueueRaw(_ word: UInt32) {
        guard let chunk = chunk(for: TCPFrame.byteCount) else { return fail(noMemory) }
        let entry = TCPOutboundEntry(
            chunk: chunk,
            headOffset: chunk.count,
            headCount: TCPFrame.byteCount,
            payload: .none,
        )
        unsafe (chunk.base + chunk.count).storeBytes(of: word.bigEndian, as: UInt32.self)
        chunk.count += TCPFrame.byteCount
        enqueue(entry)
        schedulePass()
    }

    private var noMemory: TransportError { .system(.noBufferSpace, call: "send") }

    /// Frames the head and copies it into the current chunk: a head is a hundred bytes or so, and
    /// the array it came in is free for the next one at once.
    private func appendHead(
        _ head: [UInt8],
        messageCount: Int,
        payload: OutboundMessage.Payload
    ) -> Bool {
        precondition(messageCount <= TCPFrame.messageByteCountMax, "a message exceeds its frame")
        let byteCount = TCPFrame.byteCount + head.count
        guard let chunk = chunk(for: byteCount) else {
            fail(noMemory)
            return false
        }
        let offset = chunk.count
        let place = unsafe chunk.base + offset
        unsafe place.storeBytes(of: UInt32(messageCount).bigEndian, as: UInt32.self)
        unsafe head.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe (place + TCPFrame.byteCount).copyMemory(
                    from: start,
                    byteCount: bytes.count,
                )
            }
        }
        chunk.count = offset + byteCount
        enqueue(
            TCPOutboundEntry(
                chunk: chunk,
                headOffset: offset,
                headCount: byteCount,
                payload: payload,
            )
        )
        return true
    }

    private func enqueue(_ entry: TCPOutboundEntry) {
        outbound.append(entry)
        queuedByteCount += entry.byteCount
        heldByteCount += entry.heldByteCount
        if isOverfull { isCongested = true }
    }

    /// The chunk that the next head goes to. A chunk is recycled with its last message.
    private func chunk(for byteCount: Int) -> IOBuffer? {
        if let chunk = headChunk, chunk.capacity - chunk.count >= byteCount { return chunk }
        let previous = headChunk
        headChunk = reactor.buffers.take(capacity: max(byteCount, Self.headChunkByteCount))
        if let previous, !outbound.isEmpty, outbound[outbound.count - 1].chunk === previous {
            // Still in use by queued messages; `popFirst` recycles it.
        } else {
            previous?.recycle()
        }
        return headChunk
    }

    // MARK: - Writing

    /// Sends until the queue is empty, the socket is full, or the connection's share is used up.
    func flush() {
        guard registration != nil, state == .open || state == .flushing else { return }
        while !outbound.isEmpty && !isWriteBlocked && !piece.isReading {
            guard sendBudget > 0 else {
                schedulePass()
                break
            }
            var result = 0
            var byteCount = 0
            if let file = fileToSend {
                (result, byteCount) = sendFile(file)
                // The file ends too early: zeros take the place of what it lacks.
                if result == 0 {
                    refusesSendfile = true
                    continue
                }
            } else {
                guard let gathered = gather() else { break }
                byteCount = gathered.byteCount
                result = unsafe csystem_send(
                    socket,
                    workspace.vectors,
                    gathered.vectorCount,
                    gathered.more,
                )
            }
            if result < 0 {
                let error = Errno(rawValue: Int32(-result))
                if error == .interrupted { continue }
                guard error == .wouldBlock else { return fail(.system(error, call: "send")) }
                isWriteBlocked = true
                break
            }
            sendBudget -= result
            advance(by: result)
            if result < byteCount { isWriteBlocked = true }
        }
        if piece.remaining == 0 && !piece.isReading { dropPiece() }
        relieveCongestion()
        if outbound.isEmpty {
            headChunk?.recycle()
            headChunk = nil
            if state == .flushing { beginDraining() }
        }
        updateInterest()
    }

    /// Lists the memory that the next call sends: whole messages, up to and including one piece of
    /// a file. `more` says that this piece is not the message's last.
    private func gather() -> (vectorCount: Int, byteCount: Int, more: Bool)? {
        let vectors = unsafe workspace.vectors
        var count = 0
        var byteCount = 0
        func add(_ base: UnsafeMutableRawPointer, _ size: Int) {
            guard size > 0 else { return }
            if count > 0, let last = unsafe vectors[count - 1].iov_base,
                unsafe last + vectors[count - 1].iov_len == base
            {
                unsafe vectors[count - 1].iov_len += size
            } else {
                unsafe vectors[count] = iovec(iov_base: base, iov_len: size)
                count += 1
            }
            byteCount += size
        }
        for index in 0..<outbound.count where count + 2 <= TCPWorkspace.vectorCountMax {
            let entry = outbound[index]
            let sent = index == 0 ? sentOfFirst : 0
            let headSent = min(sent, entry.headCount)
            unsafe add(
                entry.chunk.base + entry.headOffset + headSent,
                entry.headCount - headSent,
            )
            let payloadSent = sent - headSent
            switch entry.payload {
            case .none:
                break
            case .buffer(let buffer, let offset, let size):
                unsafe add(buffer.base + offset + payloadSent, size - payloadSent)
            case .file(let descriptor, let owner, let offset, let size):
                guard size > 0 else { break }
                // The call that sends the file comes when its turn has come.
                if size - payloadSent >= TCPFilePiece.sendfileByteCountMin && !refusesSendfile
                    && piece.remaining == 0 && count > 0
                {
                    return (count, byteCount, true)
                }
                if piece.remaining == 0 {
                    // Only a file whose turn it is may wait for the disk.
                    guard
                        readPiece(
                            descriptor: descriptor,
                            owner: owner,
                            offset: offset + Int64(payloadSent),
                            count: size - payloadSent,
                        )
                    else { return count > 0 && isLive ? (count, byteCount, false) : nil }
                }
                guard let buffer = piece.buffer else { return nil }
                let rest = piece.remaining
                unsafe add(buffer.base + piece.offset, rest)
                return (count, byteCount, payloadSent + rest < size)
            }
            if byteCount >= options.budgetPerPass { break }
        }
        return (count, byteCount, false)
    }

    /// Forgets what was sent, and lets go of messages that are complete.
    private func advance(by byteCount: Int) {
        queuedByteCount -= byteCount
        var rest = byteCount
        while rest > 0 {
            let entry = outbound[0]
            let missing = entry.byteCount - sentOfFirst
            let taken = min(rest, missing)
            if case .file(descriptor: _, owner: _, offset: _, count: _) = entry.payload {
                let headMissing = max(0, entry.headCount - sentOfFirst)
                if piece.remaining > 0 { piece.offset += max(0, taken - headMissing) }
            }
            sentOfFirst += taken
            rest -= taken
            if sentOfFirst == entry.byteCount { popFirst() }
        }
    }

    /// Lets go of the first message, sent or not.
    func popFirst() {
        guard let entry = outbound.popFirst() else { return }
        sentOfFirst = 0
        heldByteCount -= entry.heldByteCount
        refusesSendfile = false
        if case .buffer(let buffer, offset: _, count: _) = entry.payload { buffer.recycle() }
        let isLastOfChunk = outbound.isEmpty || outbound[0].chunk !== entry.chunk
        if isLastOfChunk && entry.chunk !== headChunk { entry.chunk.recycle() }
    }

    /// A part of a file that `sendfile` may send now.
    private struct FilePart {
        var descriptor: Int32
        var offset: Int64
        var count: Int
    }

    /// The rest of the first message, when its head has been sent and the page cache has it.
    private var fileToSend: FilePart? {
        guard !refusesSendfile, piece.remaining == 0, !outbound.isEmpty else { return nil }
        let entry = outbound[0]
        guard case .file(let descriptor, owner: _, let offset, let size) = entry.payload else {
            return nil
        }
        let sent = sentOfFirst - entry.headCount
        guard sent >= 0, size - sent >= TCPFilePiece.sendfileByteCountMin else { return nil }
        let count = min(size - sent, Self.sendfileByteCountMax)
        let start = offset + Int64(sent)
        guard
            fileIO == nil
                || TCPFilePiece.isCached(descriptor: descriptor, offset: start, count: count)
        else { return nil }
        return FilePart(descriptor: descriptor, offset: start, count: count)
    }

    /// Hands pages of the page cache to the socket without copying them.
    ///
    /// On loopback this took 0.08 s of the sender's processor time per GiB where reading and
    /// sending took 0.32, and 0.04 more of the receiver's, which meets cold pages: 4.2 to 5.3
    /// GiB/s instead of 2.6 to 3.2. (An older machine showed no difference.)
    private func sendFile(_ part: FilePart) -> (result: Int, byteCount: Int) {
        var offset = off_t(part.offset)
        let result = unsafe csystem_sendfile(socket, part.descriptor, &offset, part.count)
        // A file system without it: EINVAL, see sendfile(2).
        if result == -Int(EINVAL) || result == -Int(ENOSYS) { return (0, 0) }
        return (result, part.count)
    }

    /// Reads the next piece of a file. Answers false when that has to wait or has failed.
    private func readPiece(descriptor: Int32, owner: AnyObject, offset: Int64, count: Int) -> Bool {
        if piece.buffer == nil {
            piece.buffer = reactor.buffers.take(capacity: TCPFilePiece.byteCountMax)
        }
        guard let buffer = piece.buffer else {
            retryLater()
            return false
        }
        piece.offset = 0
        let result = TCPFilePiece.read(
            into: buffer,
            descriptor: descriptor,
            offset: offset,
            count: count,
            mayBlock: fileIO == nil,
        )
        switch result {
        case .ready:
            return true
        case .failed(let error):
            buffer.count = 0
            fail(.system(error, call: "pread"))
            return false
        case .wouldBlock:
            buffer.count = 0
            readPieceElsewhere(buffer, descriptor: descriptor, owner: owner, offset, count)
            return false
        }
    }

    /// Has a thread that may wait read the piece, and goes on when it is there.
    private func readPieceElsewhere(
        _ buffer: IOBuffer,
        descriptor: Int32,
        owner: AnyObject,
        _ offset: Int64,
        _ count: Int
    ) {
        piece.isReading = true
        let job = FileReadJob(buffer: buffer, descriptor: descriptor, owner: owner)
        let accepted = fileIO?.submit(for: reactor) {
            TCPFilePiece.read(
                into: job.buffer,
                descriptor: job.descriptor,
                offset: offset,
                count: count,
                mayBlock: true,
            )
        } completion: { [self] result in
            piece.isReading = false
            _ = job.owner
            guard isLive || state == .moving else { return dropPiece() }
            if case .failed(let error) = result {
                job.buffer.count = 0
                return fail(.system(error, call: "pread"))
            }
            schedulePass()
        }
        if accepted != true {
            piece.isReading = false
            retryLater()
        }
    }

    /// Others hold every buffer, or keep every thread busy: they will not for long.
    private func retryLater() {
        isWriteBlocked = true
        let home = reactor
        _ = reactor.schedule(after: Self.retryNanoseconds) { [weak self] in
            guard let self, reactor === home, isLive else { return }
            isWriteBlocked = false
            schedulePass()
        }
    }

    func dropPiece() {
        guard !piece.isReading else { return }
        piece.buffer?.recycle()
        piece = TCPFilePiece()
    }

    private var isOverfull: Bool {
        heldByteCount > options.heldByteCountMax
            || outbound.count > options.queuedMessageCountMax
    }

    /// Receives again when the peer has taken enough of what had piled up.
    private func relieveCongestion() {
        guard isCongested, !isOverfull else { return }
        isCongested = false
        if inbound.hasBacklog { schedulePass() }
    }
}

/// What a thread of the pool needs to read a piece. The transport waits for it and touches none of
/// it meanwhile.
private struct FileReadJob: @unchecked Sendable {
    let buffer: IOBuffer
    let descriptor: Int32
    let owner: AnyObject
}
