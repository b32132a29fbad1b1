/// What an open may cache at this moment, by its oplock or its lease.
public struct OpenCaching: Hashable, Sendable {
    public var held: Caching
    public var isBreaking: Bool
    /// Set where it is a lease.
    public var lease: FileOpenGrant.LeaseGrant?

    public init(held: Caching, isBreaking: Bool, lease: FileOpenGrant.LeaseGrant? = nil) {
        self.held = held
        self.isBreaking = isBreaking
        self.lease = lease
    }

    /// The client may keep the file open without the server's knowing: a batch oplock or a lease
    /// with handle caching that nobody is taking back. Durability rests on it (MS-SMB2 3.3.7.1).
    public var keepsHandle: Bool {
        !isBreaking && (lease == nil ? held.contains(.batch) : held.contains(.handle))
    }
}

extension FileTable {
    /// Nil for an open that is not in the table.
    public func caching(of open: OpenID) -> OpenCaching? {
        guard let location = opens[open], let record = files[location.file],
            let index = record.index(of: location.stream)
        else { return nil }
        let stream = record.streams[index]
        if let lease = stream.entry(open)?.lease, let place = stream.grantIndex(.lease(lease)) {
            let grant = stream.grants[place]
            return OpenCaching(
                held: grant.held,
                isBreaking: grant.isBreaking,
                lease: grant.leaseGrant
            )
        }
        guard let place = stream.grantIndex(.oplock(open)) else {
            return OpenCaching(held: [], isBreaking: false)
        }
        let grant = stream.grants[place]
        return OpenCaching(held: grant.held, isBreaking: grant.isBreaking)
    }

    /// The notification that the client of an open has not answered yet; it goes out again when the
    /// channel that it went out on is lost (MS-SMB2 3.3.4.6, 3.3.4.7).
    public func unansweredBreak(of open: OpenID) -> CacheBreak? {
        guard let location = opens[open], let record = files[location.file],
            let index = record.index(of: location.stream)
        else { return nil }
        let stream = record.streams[index]
        let lease = stream.entry(open)?.lease
        let holder: CacheGrant.Holder = lease.map { .lease($0) } ?? .oplock(open)
        guard let place = stream.grantIndex(holder), let target = stream.grants[place].breakingTo
        else { return nil }
        let grant = stream.grants[place]
        return CacheBreak(
            target: lease.map { .lease($0, via: open) } ?? .oplock(open),
            from: grant.held,
            to: target,
            needsAcknowledgment: true,
            epoch: grant.isVersion2 ? grant.epoch : 0,
            serial: grant.serial
        )
    }

    /// Every open that a lease belongs to.
    public func opens(of lease: LeaseID) -> [OpenID] {
        guard let location = leases[lease], let record = files[location.file],
            let index = record.index(of: location.stream)
        else { return [] }
        return record.streams[index].opens.filter { $0.lease == lease }.map(\.id)
    }
}

extension CacheGrant {
    /// The lease as a CREATE response tells of it.
    var leaseGrant: FileOpenGrant.LeaseGrant {
        var key: UInt128 = 0
        if case .lease(let id) = holder { key = id.key }
        return FileOpenGrant.LeaseGrant(
            key: key,
            isBreaking: isBreaking,
            isVersion2: isVersion2,
            epoch: isVersion2 ? epoch : 0,
            parentKey: isVersion2 ? parentKey : nil
        )
    }
}
