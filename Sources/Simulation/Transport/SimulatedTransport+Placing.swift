public import Reactor
public import SMBDirect
public import Transport

extension SimulatedTransport {
    /// Memory that the devices of this reactor's thread know: no other can be placed.
    private var registered: BufferPool { reactor.attachment { RegisteredPool() }.pool }

    func isRegistered(_ buffer: IOBuffer) -> Bool {
        buffer.isLent(by: registered) || pins.knows(buffer)
    }

    private var pins: SimulatedPins { reactor.attachment { SimulatedPins() } }

    /// Has the devices of this reactor's thread know the memory.
    public func pin(_ memory: PinnedMemory) { pins.add(memory) }

    public func buffer(over memory: PinnedMemory) -> IOBuffer? {
        capabilities.placesRemotely ? pins.buffer(over: memory) : nil
    }

    public func takeBuffer(capacity: Int) -> IOBuffer? {
        guard capabilities.placesRemotely else { return reactor.buffers.take(capacity: capacity) }
        return registered.take(capacity: capacity)
    }

    public func expose(
        _ buffer: IOBuffer,
        offset: Int,
        count: Int,
        access: RemoteAccess
    ) -> BufferDescriptor? {
        guard capabilities.placesRemotely, !isClosed, buffer.isLent(by: registered) else {
            return nil
        }
        precondition(offset >= 0 && count > 0 && count <= buffer.capacity - offset)
        precondition(count <= capabilities.placementByteCountMax)
        return memory.expose(buffer, offset: offset, count: count, access: access)
    }

    public func quarantine(_ buffer: IOBuffer) {
        if isDrained || recyclesQuarantined { buffer.recycle() } else { quarantined.append(buffer) }
    }

    public func fetch(
        _ memory: RemoteMemory,
        count: Int,
        into buffer: IOBuffer,
        offset: Int,
        fetcher: any TransportFetcher,
        token: Int
    ) {
        precondition(capabilities.placesRemotely && count > 0 && count <= memory.byteCount)
        precondition(offset >= 0 && count <= buffer.capacity - offset)
        precondition(buffer.isLent(by: registered), "the device does not know this memory")
        let fetch = SimulatedFetch(
            memory: memory,
            count: count,
            buffer: buffer,
            offset: offset,
            fetcher: fetcher,
            token: token
        )
        guard !isClosed else {
            reactor.post {
                let reason = TransportError.fabric(reason: "the connection is over")
                fetch.fetcher.fetched(token: fetch.token, error: reason)
            }
            return
        }
        fetches.append(fetch)
        put(.fetch(fetch))
    }
}

private final class RegisteredPool {
    let pool = BufferPool()
}

/// Pinned memory that the devices of a thread know.
private final class SimulatedPins: BufferMemory, @unchecked Sendable {
    private var buffers: [ObjectIdentifier: IOBuffer] = [:]

    func add(_ memory: PinnedMemory) {
        let block = unsafe BufferBlock(
            base: memory.base,
            localKey: 1,
            remoteKey: 0,
            slab: 0,
            position: 0
        )
        buffers[ObjectIdentifier(memory)] = IOBuffer(over: memory, block: block, of: self)
    }

    func knows(_ buffer: IOBuffer) -> Bool { buffer.isPart(of: self) }

    func buffer(over memory: PinnedMemory) -> IOBuffer? { buffers[ObjectIdentifier(memory)] }

    func allocate(byteCount: Int) -> BufferBlock? { nil }

    func free(_ block: BufferBlock) {}
}
