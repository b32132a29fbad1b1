internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Verbs

/// What the connections that may know of the same memory share: a protection domain and the memory
/// registered in it. `Spec/Decisions/0051-registered-memory.md` says who shares one.
final class DirectDomain: Sendable {
    let device: DirectDevice
    /// Messages: only this end's device touches them.
    let local: DirectMemory
    /// Bulk data: what a peer may reach, where peers may reach anything; else the same as `local`.
    let open: DirectMemory
    /// What stays in memory, to be sent from there.
    let pins: DirectPins
    private let domain: Mutex<ProtectionDomain?>

    /// `access` is what peers may do with bulk data.
    init(on device: DirectDevice, access: MemoryAccess) throws(VerbsError) {
        self.device = device
        let domain = try ProtectionDomain(on: device.requireContext())
        local = DirectMemory(in: domain, access: .localWrite)
        open = access.isEmpty ? local : DirectMemory(in: domain, access: access.union(.localWrite))
        pins = DirectPins(in: domain)
        self.domain = Mutex(domain)
        device.add(self)
    }

    deinit { pins.revoke() }

    func protectionDomain() throws(VerbsError) -> ProtectionDomain {
        guard let domain = domain.withLock({ $0 }) else { throw DirectDevice.goneError }
        return domain
    }

    /// Gives back slabs that no pool of any reactor has used for a while.
    func trim() {
        local.trim()
        if open !== local { open.trim() }
    }

    /// The device is going. Queue pairs that still exist keep the domain until they are gone too.
    func revoke() {
        local.revoke()
        open.revoke()
        pins.revoke()
        domain.withLock { $0 = nil }
    }
}

/// The buffers of one reactor in one domain.
final class DirectPools {
    let domain: DirectDomain
    let local: BufferPool
    let open: BufferPool

    init(domain: DirectDomain, byteCountMax: Int) {
        self.domain = domain
        local = BufferPool(byteCountMax: byteCountMax, memory: domain.local)
        let isShared = domain.open === domain.local
        open = isShared ? local : BufferPool(byteCountMax: byteCountMax, memory: domain.open)
    }

    func trim() {
        local.trim()
        if open !== local { open.trim() }
    }
}
