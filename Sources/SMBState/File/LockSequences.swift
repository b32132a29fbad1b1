/// The lock sequence numbers that an open has seen, so that a LOCK sent again after a lost channel
/// is not done twice (MS-SMB2 3.3.1.10 LockSequenceArray, 3.3.5.14).
public struct LockSequences: Sendable {
    /// Indexes run from 1 to this one; zero and larger ones are not tracked.
    public static let indexMax = 64

    /// One entry for each index: the number seen, or `unset`.
    private var numbers: [UInt8] = []
    private static let unset: UInt8 = 0xFF

    public init() {}

    /// MS-SMB2 2.2.26: the number in the low four bits, the index above it.
    private static func split(_ sequence: UInt32) -> (index: Int, number: UInt8) {
        (Int(sequence >> 4), UInt8(sequence & 0xF))
    }

    /// True where this very request was done before: it is answered with success and not repeated.
    /// Any other number makes the entry void.
    public mutating func isRepeated(_ sequence: UInt32) -> Bool {
        let (index, number) = Self.split(sequence)
        guard index >= 1, index <= Self.indexMax, index <= numbers.count,
            numbers[index - 1] != Self.unset
        else { return false }
        if numbers[index - 1] == number { return true }
        numbers[index - 1] = Self.unset
        return false
    }

    /// Notes that the request succeeded.
    public mutating func succeeded(_ sequence: UInt32) {
        let (index, number) = Self.split(sequence)
        guard index >= 1, index <= Self.indexMax else { return }
        if numbers.isEmpty {
            numbers = [UInt8](repeating: Self.unset, count: Self.indexMax)
        }
        numbers[index - 1] = number
    }
}
