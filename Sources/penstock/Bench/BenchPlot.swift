internal import Glibc

/// Drawings of a result, as SVG inside of HTML.
enum BenchPlot {
    private static let width = 640.0
    private static let left = 90.0
    private static let right = 20.0

    /// A bar for each transport and direction, to one scale.
    static func throughput(_ result: BenchResult) -> String {
        let bars = BenchDirection.allCases.flatMap { direction in
            result.transports.compactMap { result.series($0, direction) }
        }
        let most = max(bars.map(\.bytesPerSecond).max() ?? 0, 1)
        let step = 30.0
        let height = Double(bars.count) * step + 10
        var text = open(height, "Throughput of each transport")
        for (index, bar) in bars.enumerated() {
            let top = Double(index) * step + 5
            let length = bar.bytesPerSecond / most * (width - left - right - 90)
            text += label("\(bar.direction.rawValue) \(bar.transport.rawValue)", 0, top + 15)
            text += "<rect class=\"\(bar.transport.rawValue)\" x=\"\(number(left))\" "
            text += "y=\"\(number(top))\" width=\"\(number(max(1, length)))\" height=\"20\"/>\n"
            text += label(BenchText.rate(bar.bytesPerSecond), left + length + 8, top + 15)
        }
        return text + "</svg>"
    }

    /// How many blocks took how long: time grows to the right in powers of ten, the height is the
    /// share of all blocks in a bucket.
    static func latency(_ result: BenchResult, _ direction: BenchDirection) -> String {
        let all = result.transports.compactMap { result.series($0, direction) }
            .filter { $0.latency.count > 0 }
        guard let smallest = all.map(\.latency.smallest).min(),
            let largest = all.map(\.latency.largest).max()
        else { return "<p>Nothing was measured.</p>" }
        let range = Scale(smallest: smallest, largest: largest)
        let height = 220.0
        let floor = height - 40
        var text = open(height, "Distribution of the time of one block")
        var mark = range.first
        while mark <= range.last {
            let x = place(range, mark)
            text += "<line class=\"grid\" x1=\"\(number(x))\" y1=\"10\" x2=\"\(number(x))\" "
            text += "y2=\"\(number(floor))\"/>\n"
            text += label(BenchText.time(nanoseconds: mark), x - 14, floor + 18)
            mark *= 10
        }
        let peak = all.map { highestShare($0.latency) }.max() ?? 1
        for series in all {
            let name = series.transport.rawValue
            let outline = outline(series.latency, range, peak: peak, floor: floor)
            text += "<path class=\"\(name)\" d=\"\(outline)\"/>\n"
        }
        for (index, series) in all.enumerated() {
            let y = Double(index) * 18 + 22
            let name = series.transport.rawValue
            text += "<rect class=\"\(name)\" x=\"4\" y=\"\(number(y - 10))\" width=\"10\" "
            text += "height=\"10\"/>\n\(label(name, 20, y))"
        }
        return text + "</svg>"
    }

    /// Whole powers of ten around what was measured.
    private struct Scale {
        var first: UInt64 = 1
        var last: UInt64 = 10

        init(smallest: UInt64, largest: UInt64) {
            while first <= smallest / 10 { first *= 10 }
            while last < largest, last < UInt64.max / 10 { last *= 10 }
            last = max(last, first * 10)
        }
    }

    private static func highestShare(_ latency: LatencyHistogram) -> Double {
        Double(latency.buckets.max() ?? 0) / Double(max(1, latency.count))
    }

    /// Steps: each bucket as wide as it is, on the logarithmic axis.
    private static func outline(
        _ latency: LatencyHistogram,
        _ range: Scale,
        peak: Double,
        floor: Double
    ) -> String {
        var text = ""
        var lastEnd = 0.0
        for (index, count) in latency.buckets.enumerated() where count > 0 {
            let start = place(range, LatencyHistogram.lowerBound(of: index))
            let end = place(range, LatencyHistogram.upperBound(of: index) &+ 1)
            let share = Double(count) / Double(latency.count)
            let y = floor - share / max(peak, 1e-12) * (floor - 15)
            if text.isEmpty || start > lastEnd + 0.01 {
                if !text.isEmpty { text += "L\(number(lastEnd)) \(number(floor))Z " }
                text += "M\(number(start)) \(number(floor))"
            }
            text += "L\(number(start)) \(number(y))L\(number(end)) \(number(y))"
            lastEnd = end
        }
        return text + "L\(number(lastEnd)) \(number(floor))Z"
    }

    private static func place(_ range: Scale, _ value: UInt64) -> Double {
        let clamped = min(max(value, range.first), range.last)
        let share = decades(clamped, over: range.first) / decades(range.last, over: range.first)
        return left + share * (width - left - right)
    }

    /// The decimal logarithm of a quotient.
    private static func decades(_ value: UInt64, over base: UInt64) -> Double {
        log10(Double(value) / Double(base))
    }

    private static func open(_ height: Double, _ title: String) -> String {
        "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" "
            + "xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"\(title)\">\n"
    }

    private static func label(_ text: String, _ x: Double, _ y: Double) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\">\(BenchReport.escaped(text))</text>\n"
    }

    private static func number(_ value: Double) -> String { BenchText.fixed(value, digits: 1) }
}
