/// How far a copy is, how fast it goes, and how long it will take.
///
/// The rate is that of the last few seconds, so that it follows a network that changes.
struct ProgressMeter {
    private struct Sample {
        var seconds: Double
        var bytes: UInt64
    }

    /// Seconds that the rate looks back.
    private static let span = 5.0
    private static let sampleCountMax = 64

    let total: UInt64
    private var samples: [Sample] = []

    init(total: UInt64) { self.total = total }

    mutating func record(bytes: UInt64, at seconds: Double) {
        samples.append(Sample(seconds: seconds, bytes: bytes))
        while samples.count > 2,
            samples.count > Self.sampleCountMax || seconds - samples[1].seconds >= Self.span
        {
            samples.removeFirst()
        }
    }

    /// Bytes per second, or nil before anything can be said.
    var rate: Double? {
        guard let first = samples.first, let last = samples.last,
            last.seconds > first.seconds, last.bytes >= first.bytes
        else { return nil }
        return Double(last.bytes - first.bytes) / (last.seconds - first.seconds)
    }

    var secondsLeft: Double? {
        guard let rate, rate > 0, let last = samples.last, last.bytes <= total else { return nil }
        return Double(total - last.bytes) / rate
    }

    /// One line of at most `width` columns: percent, bytes, rate, time left, and what is copied.
    func line(label: String, width: Int) -> String {
        let bytes = samples.last?.bytes ?? 0
        let percent = total == 0 ? 100 : min(100, Int(Double(bytes) / Double(total) * 100))
        var parts = ["\(Self.padded("\(percent)", to: 3))%"]
        parts.append(
            "\(ByteSize.ByteText.short(bytes)) of \(ByteSize.ByteText.short(total))"
        )
        if let rate { parts.append("\(ByteSize.ByteText.short(UInt64(rate)))/s") }
        if let secondsLeft { parts.append("\(Self.duration(secondsLeft)) left") }
        let figures = parts.joined(separator: "  ")
        let room = width - figures.count - 3
        guard room >= 8 else { return String(figures.prefix(max(0, width - 1))) }
        return figures + "  " + Self.shortened(label, to: room)
    }

    /// `1:05` or `2:00:05`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 360_000 else { return "very long" }
        let whole = Int(seconds.rounded(.up))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let tail = rest < 10 ? "0\(rest)" : "\(rest)"
        guard hours > 0 else { return "\(minutes):\(tail)" }
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Keeps the end of a long path, which tells more than its beginning.
    private static func shortened(_ text: String, to width: Int) -> String {
        text.count <= width ? text : "…" + text.suffix(width - 1)
    }
}
