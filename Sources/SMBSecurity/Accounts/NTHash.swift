/// MS-NLMP 3.3.1 (NTOWFv1): all that a server needs to know of a password. As good as the
/// password itself to who steals it.
public struct NTHash: Hashable, Sendable {
    /// Sixteen bytes.
    let bytes: [UInt8]

    public init(password: String) {
        bytes = MD4.digest(
            password.utf16.flatMap { unit in
                [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
            }
        )
    }

    /// Thirty-two hexadecimal digits, or nil.
    public init?(hexadecimal text: some StringProtocol) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == 32, text.count == 32 else { return nil }
        bytes = (0..<16).map { UInt8(digits[$0 * 2] << 4 | digits[$0 * 2 + 1]) }
    }
}
