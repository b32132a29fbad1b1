/// How long things took, in buckets whose widths grow with the time: sixteen for each doubling, so
/// that every answer is right to some six percent. Recording allocates nothing.
struct LatencyHistogram {
    private static let stepBits = 4
    static let bucketCount = (64 - stepBits + 1) << stepBits

    private(set) var buckets = [UInt64](repeating: 0, count: LatencyHistogram.bucketCount)
    private(set) var count: UInt64 = 0
    private(set) var smallest = UInt64.max
    private(set) var largest: UInt64 = 0

    mutating func record(nanoseconds: UInt64) {
        buckets[Self.bucket(of: nanoseconds)] += 1
        count += 1
        smallest = min(smallest, nanoseconds)
        largest = max(largest, nanoseconds)
    }

    mutating func merge(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
    }

    /// The time that this share of all, 0 to 1, did not exceed; nil when nothing was recorded.
    func percentile(_ share: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let wanted = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            seen += bucket
            if seen >= wanted { return min(Self.upperBound(of: index), largest) }
        }
        return largest
    }

    static func bucket(of value: UInt64) -> Int {
        let steps = UInt64(1) << stepBits
        guard value >= steps else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let step = Int(value >> (exponent - stepBits)) & Int(steps - 1)
        return (exponent - stepBits + 1) << stepBits | step
    }

    /// The first value of a bucket.
    static func lowerBound(of bucket: Int) -> UInt64 {
        let steps = 1 << stepBits
        guard bucket >= steps else { return UInt64(bucket) }
        return UInt64(steps + bucket % steps) << (bucket >> stepBits - 1)
    }

    /// The last value of a bucket.
    static func upperBound(of bucket: Int) -> UInt64 {
        bucket + 1 < bucketCount ? lowerBound(of: bucket + 1) - 1 : .max
    }
}
