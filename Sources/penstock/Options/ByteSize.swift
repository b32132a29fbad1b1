import ArgumentParser

/// A number of bytes as people write it: `1M`, `256KiB`, `4096`.
struct ByteSize: ExpressibleByArgument, Equatable {
    var bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0 else { return nil }
        let shift: Int
        switch argument[digits.endIndex...].lowercased() {
        case "", "b": shift = 0
        case "k", "kib": shift = 10
        case "m", "mib": shift = 20
        case "g", "gib": shift = 30
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    var defaultValueDescription: String { ByteText.short(UInt64(bytes)) }

    /// `1.5 GiB`; three digits that matter.
    enum ByteText {
        private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

        static func short(_ bytes: UInt64) -> String {
            var value = Double(bytes)
            var unit = 0
            while value >= 1024, unit < units.count - 1 {
                value /= 1024
                unit += 1
            }
            guard unit > 0, value < 100 else { return "\(Int(value.rounded())) \(units[unit])" }
            let tenths = Int((value * 10).rounded())
            let text = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
            return "\(text) \(units[unit])"
        }
    }
}
