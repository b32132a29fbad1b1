/// Numbers of a measurement as people read them.
enum BenchText {
    static func rate(_ bytesPerSecond: Double) -> String {
        let gibibytes = bytesPerSecond / Double(1 << 30)
        if gibibytes >= 1 { return "\(fixed(gibibytes, digits: 2)) GiB/s" }
        return "\(fixed(bytesPerSecond / Double(1 << 20), digits: 1)) MiB/s"
    }

    /// `830 ns`, `41 us`, `3.2 ms` or `1.50 s`.
    static func time(nanoseconds: UInt64) -> String {
        let value = Double(nanoseconds)
        switch value {
        case ..<1000: return "\(nanoseconds) ns"
        case ..<100_000: return "\(fixed(value / 1e3, digits: 1)) us"
        case ..<1_000_000: return "\(fixed(value / 1e3, digits: 0)) us"
        case ..<100_000_000: return "\(fixed(value / 1e6, digits: 1)) ms"
        case ..<1_000_000_000: return "\(fixed(value / 1e6, digits: 0)) ms"
        default: return "\(fixed(value / 1e9, digits: 2)) s"
        }
    }

    static func seconds(_ seconds: Double) -> String { "\(fixed(seconds, digits: 2)) s" }

    static func ratio(_ value: Double) -> String { "\(fixed(value, digits: 2))x" }

    /// With so many digits behind the point.
    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let fraction = "\(scaled % Int(scale))"
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(scaled / Int(scale)).\(zeros)\(fraction)"
    }
}
