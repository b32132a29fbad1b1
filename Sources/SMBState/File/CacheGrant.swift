/// One oplock, or one lease with all its opens, on one stream.
struct CacheGrant: Sendable {
    enum Holder: Hashable, Sendable {
        case oplock(OpenID)
        case lease(LeaseID)
    }

    let holder: Holder
    /// What the client may still believe that it holds; while a break runs, what it held before.
    var held: Caching
    /// What the client was told to fall back to and has not acknowledged.
    var breakingTo: Caching?
    /// What must be left in the end, where more was taken while the break ran already.
    var limit: Caching?
    /// Tells apart the breaks of a grant, so that a timer of an earlier one does nothing.
    var serial: UInt64 = 0
    /// Counts the changes of a lease (MS-SMB2 3.3.1.12), in version 2 of the context.
    var epoch: UInt16 = 0
    var isVersion2 = false
    var parentKey: UInt128?

    var isBreaking: Bool { breakingTo != nil }
    var isLease: Bool {
        if case .lease = holder { return true }
        return false
    }
}

/// A notification to send, and whether its answer is waited for (MS-SMB2 2.2.23).
public struct CacheBreak: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
        case oplock(OpenID)
        /// Any open of the lease says on whose behalf the client is looked up.
        case lease(LeaseID, via: OpenID)
    }

    public var target: Target
    public var from: Caching
    public var to: Caching
    public var needsAcknowledgment: Bool
    /// NewEpoch; zero for oplocks and version 1 leases.
    public var epoch: UInt16
    /// Comes back with `timeOut`.
    public var serial: UInt64

    public init(
        target: Target,
        from: Caching,
        to: Caching,
        needsAcknowledgment: Bool,
        epoch: UInt16 = 0,
        serial: UInt64 = 0
    ) {
        self.target = target
        self.from = from
        self.to = to
        self.needsAcknowledgment = needsAcknowledgment
        self.epoch = epoch
        self.serial = serial
    }
}
