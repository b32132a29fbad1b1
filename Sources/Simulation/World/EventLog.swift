/// Everything that happened in a run, as one number: two runs of a seed must have the same.
///
/// Nothing that differs between processes goes in: no random identifiers, no addresses.
struct EventLog {
    /// FNV-1a.
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0
    /// Prints every line to standard error, for whoever hunts a failure.
    var isPrinted = false

    mutating func note(_ time: UInt64, _ what: StaticString, _ numbers: Int...) {
        count += 1
        mix(time)
        for number in numbers { mix(UInt64(bitPattern: Int64(number))) }
        unsafe mix(UInt64(what.utf8Start.pointee) << 8 | UInt64(what.utf8CodeUnitCount))
        guard isPrinted else { return }
        let milliseconds = Double(time) / 1e6
        let text = numbers.map { String($0) }.joined(separator: " ")
        writeTrace("\(milliseconds) \(what) \(text) #\(String(hash, radix: 16))")
    }

    private mutating func mix(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 16) {
            hash ^= value >> shift & 0xFFFF
            hash = hash &* 0x0000_0100_0000_01B3
        }
    }
}
