/// MS-SMB2 3.1.4.2: SP 800-108 in counter mode with HMAC-SHA256 and a counter of 32 bits.
public enum KeyDerivation {
    /// A key of `bitCount` bits, at most the 256 of one HMAC-SHA256 block.
    ///
    /// The label and the context include the terminating zero where the specification counts it.
    public static func derive(
        key: [UInt8],
        label: [UInt8],
        context: [UInt8],
        bitCount: UInt32
    ) -> [UInt8] {
        precondition(bitCount <= 256 && bitCount.isMultiple(of: 8))
        var input: [UInt8] = [0, 0, 0, 1]
        input += label
        input.append(0)
        input += context
        input += [
            UInt8(truncatingIfNeeded: bitCount >> 24), UInt8(truncatingIfNeeded: bitCount >> 16),
            UInt8(truncatingIfNeeded: bitCount >> 8), UInt8(truncatingIfNeeded: bitCount),
        ]
        return Array(Digest.hmacSHA256(key: key, input).prefix(Int(bitCount / 8)))
    }

    static func derive(key: [UInt8], label: String, context: [UInt8], bitCount: UInt32) -> [UInt8] {
        derive(key: key, label: Array(label.utf8) + [0], context: context, bitCount: bitCount)
    }
}
