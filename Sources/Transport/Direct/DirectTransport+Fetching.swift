internal import Descriptors
public import Reactor
public import SMBDirect
internal import Verbs

extension DirectTransport {
    /// READs of so many bytes together are worth being told of.
    private static let signaledByteCount = 256 << 10

    public func takeBuffer(capacity: Int) -> IOBuffer? {
        if let buffer = pools.open.take(capacity: capacity) { return buffer }
        // Some may have been sent already.
        reapSends()
        return pools.open.take(capacity: capacity)
    }

    public func expose(
        _ buffer: IOBuffer,
        offset: Int,
        count: Int,
        access: RemoteAccess
    ) -> BufferDescriptor? {
        precondition(offset >= 0 && count >= 0 && offset + count <= buffer.capacity)
        guard isLive, machine.role == .initiator, buffer.isPart(of: domain.open),
            buffer.remoteKey != 0, let length = UInt32(exactly: count)
        else { return nil }
        return BufferDescriptor(
            offset: UInt64(UInt(bitPattern: unsafe buffer.base)) + UInt64(offset),
            token: buffer.remoteKey,
            length: length,
        )
    }

    public func buffer(over memory: PinnedMemory) -> IOBuffer? {
        domain.pins.buffer(over: memory)
    }

    public func quarantine(_ buffer: IOBuffer) {
        if state == .closed { return buffer.recycle() }
        quarantined.append(buffer)
    }

    public func fetch(
        _ memory: RemoteMemory,
        count: Int,
        into buffer: IOBuffer,
        offset: Int,
        fetcher: any TransportFetcher,
        token: Int
    ) {
        precondition(offset >= 0 && count > 0 && offset + count <= buffer.capacity)
        precondition(buffer.isPart(of: domain.open), "a buffer of another transport")
        do throws(SMBDirectError) {
            let slices = try PlacementSlices(
                of: memory,
                count: count,
                sliceCountMax: sliceByteCountMax,
            )
            waitingFetches.append(
                DirectFetch(
                    slices: slices,
                    buffer: buffer,
                    offset: offset,
                    fetcher: fetcher,
                    token: token,
                )
            )
            markActive()
            scheduleSend()
            if waitingFetches.count > options.fetchCountMax {
                fail(.fabric(reason: "the peer has too many transfers under way"))
            } else if initiatorDepth == 0 {
                fail(.fabric(reason: "the peer answers no RDMA READ"))
            }
        } catch {
            waitingFetches.append(
                DirectFetch(
                    slices: nil,
                    buffer: buffer,
                    offset: offset,
                    fetcher: fetcher,
                    token: token,
                )
            )
            fail(TransportError(error))
        }
    }

    /// Posts RDMA READs as far as the peer answers them at once. The last one tells when it is
    /// finished, and with it all before it are; so does one on the way, whenever much is to be had:
    /// what has arrived is worked on while the rest is under way.
    func appendReads(to chain: SendChain) {
        var unsignaledByteCount = 0
        while readsUnderWay < initiatorDepth, hasRoom(in: chain), !waitingFetches.isEmpty {
            guard let slice = waitingFetches[0].slices?.next() else {
                preconditionFailure("a finished fetch waits")
            }
            let fetch = waitingFetches[0]
            let place = unsafe fetch.buffer.base + fetch.offset + slice.localOffset
            let key = fetch.buffer.localKey
            chain.appendRead(
                into: unsafe MemoryPiece(place, count: slice.count, key: key),
                from: slice.remoteOffset,
                key: slice.token,
                id: nextSequence,
            )
            let isLast = fetch.slices?.remaining == 0
            posted.append(DirectPosted(kind: isLast ? .lastRead : .read))
            readsUnderWay += 1
            unsignaledByteCount += slice.count
            if isLast {
                if unsignaledByteCount >= Self.signaledByteCount {
                    chain.signalLast()
                    unsignaledByteCount = 0
                }
                if let finished = waitingFetches.popFirst() { postedFetches.append(finished) }
            }
        }
        if unsignaledByteCount > 0 { chain.signalLast() }
    }

    /// The device has finished the RDMA READ at the head of its queue.
    func finishRead(isLast: Bool) {
        readsUnderWay -= 1
        guard isLast, let fetch = postedFetches.popFirst() else { return }
        fetch.fetcher.fetched(token: fetch.token, error: nil)
    }

    /// The queue pair is gone, and with it everybody's bytes.
    func reportFetchesFailed() {
        let error = closingError ?? .system(.connectionReset, call: "RDMA READ")
        readsUnderWay = 0
        while let fetch = postedFetches.popFirst() {
            fetch.fetcher.fetched(token: fetch.token, error: error)
        }
        while let fetch = waitingFetches.popFirst() {
            fetch.fetcher.fetched(token: fetch.token, error: error)
        }
    }
}
