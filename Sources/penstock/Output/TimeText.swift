import Client
import Glibc

/// Instants as people read them and as programs do.
enum TimeText {
    /// What the C library's `tm` says, without its pointer.
    private struct Parts {
        var year, month, day, hour, minute, second: Int32

        init?(seconds: Int64, local: Bool) {
            var seconds = time_t(seconds)
            var parts = unsafe tm()
            let result =
                local
                ? unsafe localtime_r(&seconds, &parts) : unsafe gmtime_r(&seconds, &parts)
            guard unsafe result != nil else { return nil }
            year = unsafe parts.tm_year + 1900
            month = unsafe parts.tm_mon + 1
            day = unsafe parts.tm_mday
            hour = unsafe parts.tm_hour
            minute = unsafe parts.tm_min
            second = unsafe parts.tm_sec
        }

        var date: String { "\(year)-\(two(month))-\(two(day))" }
    }

    /// `2026-11-23 12:40`, in local time.
    static func local(_ time: Timestamp) -> String {
        guard time != .zero, let parts = Parts(seconds: time.unix.seconds, local: true) else {
            return "-"
        }
        return "\(parts.date) \(two(parts.hour)):\(two(parts.minute))"
    }

    /// RFC 3339 in UTC, to the 100 nanoseconds that SMB keeps.
    static func rfc3339(_ time: Timestamp) -> String? {
        let unix = time.unix
        guard time != .zero, let parts = Parts(seconds: unix.seconds, local: false) else {
            return nil
        }
        let clock = "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
        let fraction = String(unix.nanoseconds / 100 + 10_000_000).dropFirst()
        return "\(parts.date)T\(clock).\(fraction)Z"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
