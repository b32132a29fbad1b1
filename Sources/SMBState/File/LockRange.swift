/// A range of bytes of a file, as LOCK names it: any offset, any length, zero included.
public struct LockRange: Hashable, Sendable {
    public var offset: UInt64
    public var length: UInt64

    public init(offset: UInt64, length: UInt64) {
        self.offset = offset
        self.length = length
    }

    /// MS-FSA 2.1.5.8: a range may end with the last 64-bit offset, not beyond it.
    public var isValid: Bool {
        length == 0 || !offset.addingReportingOverflow(length - 1).overflow
    }

    /// MS-FSA 2.1.4.10. A range of no bytes overlaps one that has its offset strictly inside, and
    /// the empty range at zero overlaps nothing.
    public func overlaps(_ other: LockRange) -> Bool {
        if offset == 0, length == 0 { return false }
        if other.offset == 0, other.length == 0 { return false }
        let last = offset &+ length &- 1
        let otherLast = other.offset &+ other.length &- 1
        return offset <= otherLast && last >= other.offset
    }
}
