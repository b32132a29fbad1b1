/// RFC 1320. The digest under every NT password hash (MS-NLMP 3.3.2, NTOWFv2); libcrypto no
/// longer loads it by default, so it is here, for that one purpose.
public enum MD4 {
    /// The 16-byte digest of `message`.
    public static func digest(_ message: [UInt8]) -> [UInt8] {
        var state: (UInt32, UInt32, UInt32, UInt32) = (
            0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476,
        )
        let padded = pad(message)
        for start in stride(from: 0, to: padded.count, by: 64) {
            mix(block: words(of: padded, at: start), into: &state)
        }
        return [state.0, state.1, state.2, state.3].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
        }
    }

    /// RFC 1320 3.1 and 3.2: a one bit, zeros, and the length in bits.
    private static func pad(_ message: [UInt8]) -> [UInt8] {
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bitCount = UInt64(message.count) &* 8
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            padded.append(UInt8(truncatingIfNeeded: bitCount >> shift))
        }
        return padded
    }

    private static func words(of bytes: [UInt8], at start: Int) -> [UInt32] {
        (0..<16).map { index in
            let position = start + index * 4
            return UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
                | UInt32(bytes[position + 2]) << 16 | UInt32(bytes[position + 3]) << 24
        }
    }

    /// RFC 1320 3.4: three rounds of sixteen steps.
    private static func mix(
        block: [UInt32],
        into state: inout (UInt32, UInt32, UInt32, UInt32)
    ) {
        var (a, b, c, d) = state
        for (round, order) in stepOrders.enumerated() {
            for (step, index) in order.enumerated() {
                let mixed: UInt32
                switch round {
                case 0: mixed = (b & c) | (~b & d)
                case 1: mixed = ((b & c) | (b & d) | (c & d)) &+ 0x5A82_7999
                default: mixed = (b ^ c ^ d) &+ 0x6ED9_EBA1
                }
                let sum = a &+ mixed &+ block[index]
                let distance = rotations[round][step % 4]
                (a, b, c, d) = (d, sum << distance | sum >> (32 - distance), b, c)
            }
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }

    private static let stepOrders: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
        [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    ]

    private static let rotations: [[UInt32]] = [
        [3, 7, 11, 19],
        [3, 5, 9, 13],
        [3, 9, 11, 15],
    ]
}
