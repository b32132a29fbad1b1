/// One pass over the files.
struct BenchPass {
    var byteCount: UInt64
    var seconds: Double
    /// Processor seconds of this process.
    var ownSeconds: Double
    /// Processor seconds of the whole machine; nil where the server is elsewhere.
    var machineSeconds: Double?

    var bytesPerSecond: Double { Double(byteCount) / max(seconds, 1e-9) }
}

/// All passes of one transport in one direction.
struct BenchSeries {
    var transport: BenchTransport
    var direction: BenchDirection
    var passes: [BenchPass] = []
    var latency = LatencyHistogram()

    /// The median of the passes.
    var bytesPerSecond: Double { Self.median(passes.map(\.bytesPerSecond)) }

    /// Processor seconds of this process for each GiB.
    var ownSecondsPerGiB: Double { perGiB(passes.reduce(0) { $0 + $1.ownSeconds }) }

    /// Processor seconds of the whole machine for each GiB, both ends and the kernel together.
    var machineSecondsPerGiB: Double? {
        let known = passes.compactMap(\.machineSeconds)
        return known.count == passes.count && !known.isEmpty ? perGiB(known.reduce(0, +)) : nil
    }

    private func perGiB(_ seconds: Double) -> Double {
        let bytes = passes.reduce(0) { $0 + Double($1.byteCount) }
        return bytes > 0 ? seconds * Double(1 << 30) / bytes : 0
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// Everything that one run found out.
struct BenchResult {
    var location: String
    var settings: BenchSettings
    var series: [BenchSeries]
    /// Transports that were asked for and not measured, with the reason.
    var missing: [(transport: BenchTransport, reason: String)] = []
    /// How the sessions were protected.
    var protection = ""
    /// Whether the server runs on this machine, so that its processor time is in /proc/stat.
    var serverIsHere = false

    var transports: [BenchTransport] {
        BenchTransport.allCases.filter { transport in
            series.contains { $0.transport == transport }
        }
    }

    func series(_ transport: BenchTransport, _ direction: BenchDirection) -> BenchSeries? {
        series.first { $0.transport == transport && $0.direction == direction }
    }

    /// How many times faster RDMA was than TCP; nil unless both were measured.
    func ratio(_ direction: BenchDirection) -> Double? {
        guard let rdma = series(.rdma, direction), let tcp = series(.tcp, direction),
            tcp.bytesPerSecond > 0
        else { return nil }
        return rdma.bytesPerSecond / tcp.bytesPerSecond
    }
}
