/// What an open does to the data and what it lets others do: the part of a CREATE that can
/// conflict with other opens (MS-FSA 2.1.5.1.2.2).
public struct ShareModes: Hashable, Sendable {
    /// The three ways to use data. On the wire ShareAccess has the same bits (MS-SMB2 2.2.13).
    public struct Uses: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let read = Uses(rawValue: 0x1)
        public static let write = Uses(rawValue: 0x2)
        public static let delete = Uses(rawValue: 0x4)
        public static let all: Uses = [.read, .write, .delete]
    }

    public var uses: Uses
    public var shares: Uses

    public init(uses: Uses, shares: Uses) {
        self.uses = uses
        self.shares = shares
    }

    /// From the granted access mask and the ShareAccess field.
    public init(access: UInt32, shareAccess: UInt32) {
        uses = Uses(access: access)
        shares = Uses(rawValue: UInt8(truncatingIfNeeded: shareAccess)).intersection(.all)
    }

    /// Whether two opens of one stream exclude each other. An open that touches neither data nor
    /// name (attributes, security) excludes nobody.
    public func conflicts(with other: ShareModes) -> Bool {
        if uses.isEmpty || other.uses.isEmpty { return false }
        return !other.shares.isSuperset(of: uses) || !shares.isSuperset(of: other.uses)
    }
}

extension ShareModes.Uses {
    /// Bits of the access mask (MS-SMB2 2.2.13.1.1).
    private static let readBits: UInt32 = 0x0000_0021
    private static let writeBits: UInt32 = 0x0000_0006
    private static let deleteBit: UInt32 = 0x0001_0000

    public init(access: UInt32) {
        self = []
        if access & Self.readBits != 0 { insert(.read) }
        if access & Self.writeBits != 0 { insert(.write) }
        if access & Self.deleteBit != 0 { insert(.delete) }
    }
}

/// How little an open asks for, which decides whose caches it disturbs (MS-FSA 2.1.4.12, OPEN).
public enum OpenReach: Comparable, Sendable {
    /// Attributes and synchronization alone: disturbs neither oplocks nor leases.
    case attributes
    /// The security descriptor too: disturbs oplocks, not leases.
    case security
    case data

    public init(access: UInt32) {
        // FILE_READ_ATTRIBUTES, FILE_WRITE_ATTRIBUTES, SYNCHRONIZE; then READ_CONTROL.
        let attributes: UInt32 = 0x0010_0180
        let readControl: UInt32 = 0x0002_0000
        if access & ~attributes == 0 {
            self = .attributes
        } else if access & ~(attributes | readControl) == 0 {
            self = .security
        } else {
            self = .data
        }
    }
}
