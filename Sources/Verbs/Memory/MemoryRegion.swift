internal import CVerbs
internal import Descriptors

/// Memory that a device may use. The C type is `ibv_mr`.
@safe public struct MemoryRegion: ~Copyable, @unchecked Sendable {
    private let handle: UnsafeMutablePointer<ibv_mr>
    public let domain: ProtectionDomain

    /// Pins the memory, which counts against the limit of locked memory (RLIMIT_MEMLOCK): beyond
    /// it the error is ENOMEM. The memory must stay mapped as long as the region lives.
    public init(
        _ memory: UnsafeMutableRawBufferPointer,
        access: MemoryAccess,
        in domain: ProtectionDomain
    ) throws(VerbsError) {
        guard
            let region = unsafe cverbs_reg_mr(
                domain.handle,
                memory.baseAddress,
                memory.count,
                access.rawValue,
            )
        else { throw VerbsError(.current, call: "ibv_reg_mr") }
        unsafe handle = region
        self.domain = domain
        LiveObjects.add(1)
    }

    deinit {
        unsafe ibv_dereg_mr(handle)
        LiveObjects.add(-1)
    }

    /// What this end's work requests name the memory by.
    public var localKey: UInt32 { unsafe handle.pointee.lkey }
    /// What a peer names it by.
    public var remoteKey: UInt32 { unsafe handle.pointee.rkey }
}
