/// What a client may cache of a file: the three rights that leases name (MS-SMB2 2.2.13.2.8) and
/// that oplocks are made of.
///
/// One representation for both, because they break each other: level II is the right to cache
/// reads, exclusive adds writes, batch adds handles.
public struct Caching: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let read = Caching(rawValue: 0x01)
    public static let handle = Caching(rawValue: 0x02)
    public static let write = Caching(rawValue: 0x04)

    public static let all: Caching = [.read, .handle, .write]

    /// SMB2_OPLOCK_LEVEL_II.
    public static let levelII: Caching = [.read]
    /// SMB2_OPLOCK_LEVEL_EXCLUSIVE.
    public static let exclusive: Caching = [.read, .write]
    /// SMB2_OPLOCK_LEVEL_BATCH.
    public static let batch: Caching = [.read, .handle, .write]

    /// The rights behind an oplock level (MS-SMB2 2.2.13); none for a lease or an unknown level.
    public init(oplockLevel: UInt8) {
        switch oplockLevel {
        case 0x01: self = .levelII
        case 0x08: self = .exclusive
        case 0x09: self = .batch
        default: self = []
        }
    }

    /// The oplock level that stands for these rights.
    public var oplockLevel: UInt8 {
        if contains(.batch) { return 0x09 }
        if contains(.exclusive) { return 0x08 }
        return contains(.read) ? 0x01 : 0x00
    }

    /// A client has to answer when more than the right to cache reads is taken from it
    /// (MS-SMB2 3.3.4.7).
    var breakNeedsAcknowledgment: Bool { contains(.write) || contains(.handle) }

    /// Every right but the one to read depends on it; any other combination is not granted
    /// (MS-FSA 2.1.5.18).
    var grantable: Caching { contains(.read) ? intersection(.all) : [] }
}

/// Names a lease: the client and the key that it chose (MS-SMB2 3.3.1.11).
public struct LeaseID: Hashable, Sendable {
    public var client: UInt128
    public var key: UInt128

    public init(client: UInt128, key: UInt128) {
        self.client = client
        self.key = key
    }
}
