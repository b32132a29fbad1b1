internal import Reactor
internal import Synchronization
internal import Verbs

/// Pinned memory that a device knows in one domain: a region each. Only this end's device reads
/// it, and nobody writes it.
final class DirectPins: BufferMemory {
    private struct State {
        /// Nil once the device is going.
        var domain: ProtectionDomain?
        var regions: [DirectPinnedRegion?] = []
        var buffers: [ObjectIdentifier: IOBuffer] = [:]
    }

    private let state: Mutex<State>

    init(in domain: ProtectionDomain) { state = Mutex(State(domain: domain)) }

    func buffer(over memory: PinnedMemory) -> IOBuffer? {
        state.withLock { $0.buffers[ObjectIdentifier(memory)] }
    }

    /// Has the device know the memory; true if it did not before. Takes time in proportion to the
    /// memory. Not to be called twice at once.
    func register(_ memory: PinnedMemory) throws(VerbsError) -> Bool {
        guard buffer(over: memory) == nil else { return false }
        guard let domain = state.withLock({ $0.domain }) else { throw DirectDevice.goneError }
        let region = try DirectPinnedRegion(memory, in: domain)
        let isKept = state.withLock { state in
            guard state.domain != nil else { return false }
            let place = state.regions.firstIndex { $0 == nil } ?? state.regions.count
            if place == state.regions.count { state.regions.append(nil) }
            state.regions[place] = region
            let block = unsafe BufferBlock(
                base: memory.base,
                localKey: region.localKey,
                remoteKey: 0,
                slab: place,
                position: 0,
            )
            let buffer = IOBuffer(over: memory, block: block, of: self)
            state.buffers[ObjectIdentifier(memory)] = buffer
            return true
        }
        guard isKept else { throw DirectDevice.goneError }
        return true
    }

    /// No new message is sent from the memory; the device forgets it after those under way.
    func remove(_ memory: PinnedMemory) {
        // Let go outside of the lock: `free` takes it.
        let buffer = state.withLock { $0.buffers.removeValue(forKey: ObjectIdentifier(memory)) }
        _ = consume buffer
    }

    /// The device is going: it forgets everything at once.
    func revoke() {
        let (regions, buffers) = state.withLock { state in
            defer {
                state.domain = nil
                state.regions = []
                state.buffers = [:]
            }
            return (state.regions, state.buffers)
        }
        for region in regions { region?.deregister() }
        _ = consume buffers
    }

    func allocate(byteCount: Int) -> BufferBlock? { nil }

    func free(_ block: BufferBlock) {
        let region = state.withLock { state -> DirectPinnedRegion? in
            guard block.slab < state.regions.count else { return nil }
            defer { state.regions[block.slab] = nil }
            return state.regions[block.slab]
        }
        region?.deregister()
    }
}

private final class DirectPinnedRegion: Sendable {
    let localKey: UInt32
    private let memory: PinnedMemory
    private let region: Mutex<MemoryRegion?>

    init(_ memory: PinnedMemory, in domain: ProtectionDomain) throws(VerbsError) {
        let range = unsafe UnsafeMutableRawBufferPointer(
            start: memory.base,
            count: memory.byteCount
        )
        let region = unsafe try MemoryRegion(range, access: [], in: domain)
        localKey = region.localKey
        self.memory = memory
        self.region = Mutex(consume region)
    }

    func deregister() { region.withLock { $0 = nil } }
}
