/// MS-DTYP 2.3.3: a count of 100-nanosecond intervals since 1601-01-01 UTC.
public struct FileTime: Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    /// Seconds from 1601-01-01 to 1970-01-01.
    public static let secondsToUnixEpoch: Int64 = 11_644_473_600

    public static let zero = FileTime(rawValue: 0)

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A POSIX `timespec`. Times before 1601 become zero.
    public init(seconds: Int64, nanoseconds: Int64) {
        let (sum, overflow) = seconds.addingReportingOverflow(Self.secondsToUnixEpoch)
        guard !overflow, sum >= 0, sum < Int64.max / 10_000_000 else {
            rawValue = 0
            return
        }
        rawValue = UInt64(sum) * 10_000_000 + UInt64(max(0, min(nanoseconds, 999_999_999)) / 100)
    }

    /// The same instant as a POSIX `timespec`.
    public var unix: (seconds: Int64, nanoseconds: Int64) {
        let seconds = Int64(rawValue / 10_000_000) - Self.secondsToUnixEpoch
        return (seconds, Int64(rawValue % 10_000_000) * 100)
    }

    public static func < (left: FileTime, right: FileTime) -> Bool {
        left.rawValue < right.rawValue
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) { rawValue = try reader.read() }

    public func encode(to writer: inout WireWriter) { writer.write(rawValue) }
}
