internal import CCrypto

/// Comparison of secrets that takes the same time wherever they differ.
public enum ConstantTime {
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }

    static func equal(_ left: UInt128, _ right: UInt128) -> Bool {
        var (first, second) = (left, right)
        return unsafe CRYPTO_memcmp(&first, &second, 16) == 0
    }
}
