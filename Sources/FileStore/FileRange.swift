/// A stretch of a file.
public struct FileRange: Hashable, Sendable {
    public var offset: UInt64
    public var count: UInt64

    public init(offset: UInt64, count: UInt64) {
        self.offset = offset
        self.count = count
    }

    /// One past the last byte; nil when that is beyond what a file can hold.
    public var end: UInt64? {
        let (sum, overflow) = offset.addingReportingOverflow(count)
        return overflow || sum > UInt64(Int64.max) ? nil : sum
    }
}
