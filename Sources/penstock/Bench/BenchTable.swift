/// A result for a terminal: a block for each direction, a column for each transport.
enum BenchTable {
    /// Name and value of one thing that was measured.
    static let rows: [(name: String, value: @Sendable (BenchSeries) -> String)] = [
        ("throughput", { BenchText.rate($0.bytesPerSecond) }),
        ("latency p50", { time($0, 0.5) }),
        ("latency p99", { time($0, 0.99) }),
        ("latency p99.9", { time($0, 0.999) }),
        ("CPU here per GiB", { BenchText.seconds($0.ownSecondsPerGiB) }),
        (
            "CPU of the machine per GiB",
            { $0.machineSecondsPerGiB.map { BenchText.seconds($0) } ?? "not available" }
        ),
    ]

    private static func time(_ series: BenchSeries, _ share: Double) -> String {
        series.latency.percentile(share).map { BenchText.time(nanoseconds: $0) } ?? "-"
    }

    static func lines(_ result: BenchResult) -> [String] {
        var lines = heading(result)
        for direction in BenchDirection.allCases {
            lines.append("")
            let columns = result.transports.compactMap { result.series($0, direction) }
            let ratio = result.ratio(direction).map { BenchText.ratio($0) }
            let titles = columns.map(\.transport.rawValue)
            lines.append(line(direction.rawValue, titles + (ratio == nil ? [] : ["rdma:tcp"])))
            for (index, row) in rows.enumerated() {
                var cells = columns.map(row.value)
                if index == 0, let ratio { cells.append(ratio) }
                lines.append(line("  " + row.name, cells))
            }
        }
        return lines + [""] + notes(result)
    }

    private static func heading(_ result: BenchResult) -> [String] {
        let settings = result.settings
        let size = ByteSize.ByteText.short(UInt64(settings.passByteCount))
        let block = ByteSize.ByteText.short(UInt64(settings.block))
        return [
            result.location,
            "\(size) in blocks of \(block), \(settings.depth) in flight for each of "
                + "\(settings.jobs) \(settings.jobs == 1 ? "file" : "files"), median of "
                + "\(settings.rounds) \(settings.rounds == 1 ? "round" : "rounds"), "
                + "\(result.protection)\(settings.verifies ? ", every byte compared" : "")",
        ]
    }

    /// What the numbers do not say by themselves.
    static func notes(_ result: BenchResult) -> [String] {
        var notes = result.missing.map { "\($0.transport.rawValue): not measured: \($0.reason)" }
        if result.serverIsHere {
            notes.append(
                "The server is on this machine: the machine's CPU is that of both ends and the "
                    + "kernel, and of whatever else ran."
            )
        } else {
            notes.append(
                "CPU of the server: not available, it runs on another machine; run there: "
                    + "pidstat -u 1"
            )
        }
        return notes
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        let padded = cells.map { pad($0, to: 14, atFront: true) }
        return pad(name, to: 28, atFront: false) + padded.joined()
    }

    private static func pad(_ text: String, to width: Int, atFront: Bool) -> String {
        let spaces = String(repeating: " ", count: max(1, width - text.count))
        return atFront ? spaces + text : text + spaces
    }
}
