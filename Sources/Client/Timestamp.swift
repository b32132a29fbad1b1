internal import CSystem
internal import Glibc
internal import Wire

/// An instant as SMB keeps it: 100-nanosecond intervals since 1601-01-01 UTC (MS-DTYP 2.3.3).
public struct Timestamp: Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    /// No time at all: the server keeps none, or leave the time as it is.
    public static let zero = Timestamp(rawValue: 0)

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public init(seconds: Int64, nanoseconds: Int64) {
        rawValue = FileTime(seconds: seconds, nanoseconds: nanoseconds).rawValue
    }

    /// Seconds and nanoseconds since 1970-01-01 UTC.
    public var unix: (seconds: Int64, nanoseconds: Int64) { FileTime(rawValue: rawValue).unix }

    /// What this machine's clock says.
    public static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Timestamp {
    init(_ time: FileTime) { self.init(rawValue: time.rawValue) }

    var fileTime: FileTime { FileTime(rawValue: rawValue) }
}
