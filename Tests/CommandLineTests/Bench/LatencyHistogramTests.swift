import Testing

@testable import penstock

@Suite struct LatencyHistogramTests {
    /// Every value lies in its bucket, and buckets follow each other without gaps.
    @Test func bucketsCoverEverything() {
        for bucket in 0..<LatencyHistogram.bucketCount {
            let first = LatencyHistogram.lowerBound(of: bucket)
            let last = LatencyHistogram.upperBound(of: bucket)
            #expect(LatencyHistogram.bucket(of: first) == bucket)
            #expect(LatencyHistogram.bucket(of: last) == bucket)
            guard bucket > 0 else { continue }
            #expect(LatencyHistogram.upperBound(of: bucket - 1) + 1 == first)
        }
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test func percentilesAreRightToSomePercent() throws {
        var latency = LatencyHistogram()
        for value in 1...10_000 { latency.record(nanoseconds: UInt64(value) * 1000) }
        for (share, exact) in [(0.5, 5_000_000.0), (0.99, 9_900_000), (0.999, 9_990_000)] {
            let found = Double(try #require(latency.percentile(share)))
            #expect(abs(found - exact) / exact < 0.07)
        }
        #expect(latency.percentile(1) == 10_000_000)
        #expect(latency.smallest == 1000)
    }

    @Test func nothingHasNoPercentile() {
        #expect(LatencyHistogram().percentile(0.5) == nil)
    }

    @Test func mergingAddsUp() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        left.record(nanoseconds: 10)
        right.record(nanoseconds: 1000)
        right.record(nanoseconds: 5)
        left.merge(right)
        #expect(left.count == 3)
        #expect(left.smallest == 5)
        #expect(left.largest == 1000)
        #expect(left.percentile(0.5) == 10)
    }
}
