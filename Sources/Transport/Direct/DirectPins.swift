internal import Reactor
internal import Synchronization
internal import Verbs

/// Pinned memory that a device knows in one domain: a region each. Only this end's device reads
/// it, and nobody writes it.
final class DirectPins: BufferMemory {
    private struct State {
        /// Nil once the device is going.
        var domain: ProtectionDomain?
        var buffers: [ObjectIdentifier: IOBuffer] = [:]
    }

    private let state: Mutex<State>
    /// Under a lock of their own, which may be taken under the other: a buffer can come to its end,
    /// and be taken back, wherever `state` lets go of it.
    private let regions = Mutex<[DirectPinnedRegion?]>([])

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
            let block = unsafe BufferBlock(
                base: memory.base,
                localKey: region.localKey,
                remoteKey: 0,
                slab: keep(region),
                position: 0,
            )
            let buffer = IOBuffer(over: memory, block: block, of: self)
            state.buffers[ObjectIdentifier(memory)] = buffer
            return true
        }
        guard isKept else { throw DirectDevice.goneError }
        return true
    }

    /// Answers where it is kept.
    private func keep(_ region: DirectPinnedRegion) -> Int {
        regions.withLock { regions in
            if let place = regions.firstIndex(where: { $0 == nil }) {
                regions[place] = region
                return place
            }
            regions.append(region)
            return regions.count - 1
        }
    }

    /// No new message is sent from the memory; the device forgets it after those under way.
    func remove(_ memory: PinnedMemory) {
        state.withLock { $0.buffers[ObjectIdentifier(memory)] = nil }
    }

    /// The device is going: it forgets everything at once.
    func revoke() {
        state.withLock { state in
            state.domain = nil
            state.buffers = [:]
        }
        // What is left is being sent from.
        regions.withLock { regions in
            for region in regions { region?.deregister() }
        }
    }

    func allocate(byteCount: Int) -> BufferBlock? { nil }

    func free(_ block: BufferBlock) {
        regions.withLock { regions in
            regions[block.slab]?.deregister()
            regions[block.slab] = nil
        }
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
