/// A result for programs. Times are nanoseconds, rates are bytes for each second.
enum BenchJSON {
    static func text(_ result: BenchResult) -> String {
        let settings = result.settings
        return JSONText.object([
            ("location", .string(result.location)),
            ("bytesPerPass", number(Double(settings.passByteCount))),
            ("block", number(Double(settings.block))),
            ("depth", number(Double(settings.depth))),
            ("jobs", number(Double(settings.jobs))),
            ("rounds", number(Double(settings.rounds))),
            ("verified", .boolean(settings.verifies)),
            ("protection", .string(result.protection)),
            ("serverIsHere", .boolean(result.serverIsHere)),
            ("results", .array(result.series.map(series))),
            ("rdmaToTCPPerThousand", ratios(result)),
            (
                "missing",
                .array(
                    result.missing.map {
                        .object([
                            ("transport", .string($0.transport.rawValue)),
                            ("reason", .string($0.reason)),
                        ])
                    }
                )
            ),
        ]).text
    }

    private static func series(_ series: BenchSeries) -> JSONText {
        var members: [(String, JSONText)] = [
            ("transport", .string(series.transport.rawValue)),
            ("direction", .string(series.direction.rawValue)),
            ("bytesPerSecond", number(series.bytesPerSecond)),
            ("passes", .array(series.passes.map { number($0.bytesPerSecond) })),
            ("operations", .number(series.latency.count)),
        ]
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1)] {
            members.append((name, series.latency.percentile(share).map { .number($0) } ?? .null))
        }
        members.append(("ownCPUPerGiB", number(series.ownSecondsPerGiB * 1e9)))
        members.append(
            ("machineCPUPerGiB", series.machineSecondsPerGiB.map { number($0 * 1e9) } ?? .null)
        )
        return .object(members)
    }

    private static func ratios(_ result: BenchResult) -> JSONText {
        .object(
            BenchDirection.allCases.map { direction in
                (direction.rawValue, result.ratio(direction).map { number($0 * 1000) } ?? .null)
            }
        )
    }

    private static func number(_ value: Double) -> JSONText {
        .number(value.isFinite ? UInt64(max(0, min(value.rounded(), 1e18))) : 0)
    }
}
