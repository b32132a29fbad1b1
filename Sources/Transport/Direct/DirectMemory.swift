internal import CSystem
internal import Descriptors
internal import Reactor
internal import Synchronization
internal import Verbs

/// Memory that is registered with a device once, in large slabs, and lent in the sizes of a pool.
///
/// Registering a megabyte costs what copying it costs; on two-megabyte pages it is 38 times
/// cheaper.
@safe final class DirectMemory: BufferMemory, @unchecked Sendable {
    private static let pageByteCount = 4096
    private static let hugePageByteCount = 2 << 20
    /// A slab has many small buffers, a few large ones, or one of the largest.
    private static let slabByteCount = 2 << 20
    private static let smallSlabByteCount = 256 << 10
    private static let largeSlabByteCount = 8 << 20

    private struct State: ~Copyable {
        var slabs: [DirectSlab?] = []
        var domain: ProtectionDomain?
        var lastError: VerbsError?

        mutating func dropUnused() {
            for index in slabs.indices where slabs[index]?.isUnused == true { slabs[index] = nil }
        }
    }

    private let access: MemoryAccess
    private let state: Mutex<State>

    init(in domain: ProtectionDomain, access: MemoryAccess) {
        self.access = access
        state = Mutex(State(domain: domain))
    }

    /// Why there is no more memory, if the device or the system refused it.
    var lastError: VerbsError? { state.withLock { $0.lastError } }

    func allocate(byteCount: Int) -> BufferBlock? {
        let unit = (byteCount + Self.pageByteCount - 1) & ~(Self.pageByteCount - 1)
        return state.withLock { state in
            for slab in state.slabs {
                guard let slab, slab.unit == unit else { continue }
                if let block = slab.take() { return block }
            }
            if let block = register(unit, in: &state) { return block }
            // Memory may be short because of what nobody uses.
            state.dropUnused()
            return register(unit, in: &state)
        }
    }

    /// Makes a slab, as large as the system allows, and takes its first buffer.
    private func register(_ unit: Int, in state: inout State) -> BufferBlock? {
        guard let domain = state.domain else { return nil }
        for count in Self.unitCounts(of: unit) {
            do throws(VerbsError) {
                let place = state.slabs.firstIndex { $0 == nil } ?? state.slabs.count
                let slab = try DirectSlab(
                    unit: unit,
                    count: count,
                    number: place,
                    access: access,
                    domain: domain,
                )
                if place == state.slabs.count { state.slabs.append(nil) }
                state.slabs[place] = slab
                state.lastError = nil
                return slab.take()
            } catch {
                state.lastError = error
            }
        }
        return nil
    }

    /// How many buffers a new slab has: as many as are good, or one where memory is short.
    private static func unitCounts(of unit: Int) -> [Int] {
        let wanted =
            switch unit {
            case ...pageByteCount: smallSlabByteCount
            case ...(slabByteCount / 4): slabByteCount
            default: largeSlabByteCount
            }
        let count = max(1, wanted / unit)
        return count > 1 ? [count, 1] : [1]
    }

    func free(_ block: BufferBlock) {
        state.withLock { state in
            guard let slab = state.slabs[block.slab] else { return }
            slab.take(back: block)
            if slab.isUnused && state.domain == nil { state.slabs[block.slab] = nil }
        }
    }

    /// Gives back slabs that nobody has used since the last call.
    func trim() {
        state.withLock { state in
            for index in state.slabs.indices {
                guard let slab = state.slabs[index], slab.isUnused else { continue }
                if slab.wasUnused { state.slabs[index] = nil } else { slab.wasUnused = true }
            }
        }
    }

    /// The device is going: its keys are given up at once, the memory when its borrowers return it.
    func revoke() {
        state.withLock { state in
            state.domain = nil
            for index in state.slabs.indices {
                guard let slab = state.slabs[index] else { continue }
                slab.deregister()
                if slab.isUnused { state.slabs[index] = nil }
            }
        }
    }
}

/// Memory registered in one call, and which of its pieces are free.
@safe private final class DirectSlab {
    let unit: Int
    private let number: Int
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private var region: MemoryRegion?
    private let keys: (local: UInt32, remote: UInt32)
    private var free: [Int32]
    private let count: Int

    init(
        unit: Int,
        count: Int,
        number: Int,
        access: MemoryAccess,
        domain: ProtectionDomain
    ) throws(VerbsError) {
        let hugePage = 2 << 20
        byteCount = unit * count
        let alignment = byteCount >= hugePage / 2 ? hugePage : 0
        guard let memory = unsafe csystem_map_memory(byteCount, alignment) else {
            throw VerbsError(.noMemory, call: "mmap")
        }
        if alignment > 0 { _ = unsafe csystem_advise_huge_pages(memory, byteCount) }
        do throws(VerbsError) {
            let range = unsafe UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
            let region = unsafe try MemoryRegion(range, access: access, in: domain)
            let isRemote = access.contains(.remoteRead) || access.contains(.remoteWrite)
            keys = (region.localKey, isRemote ? region.remoteKey : 0)
            self.region = consume region
        } catch {
            _ = unsafe csystem_unmap_memory(memory, byteCount)
            throw error
        }
        unsafe base = memory
        self.unit = unit
        self.count = count
        self.number = number
        free = (0..<Int32(count)).reversed()
    }

    deinit {
        region = nil
        _ = unsafe csystem_unmap_memory(base, byteCount)
    }

    var isUnused: Bool { free.count == count }
    /// Nobody has used it since this was set.
    var wasUnused = false

    func take() -> BufferBlock? {
        guard region != nil, let position = free.popLast() else { return nil }
        wasUnused = false
        return unsafe BufferBlock(
            base: base + Int(position) * unit,
            localKey: keys.local,
            remoteKey: keys.remote,
            slab: number,
            position: Int(position),
        )
    }

    func take(back block: BufferBlock) { free.append(Int32(block.position)) }

    func deregister() { region = nil }
}
