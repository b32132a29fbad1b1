/// MS-SMB2 3.1.5.2: how many credits a request costs.
public enum CreditCharge {
    /// Payload bytes that one credit pays for.
    public static let bytesPerCredit = 65536

    /// The charge for a request that carries `sent` bytes and may be answered with `expected`.
    public static func required(sent: Int, expected: Int) -> UInt16 {
        let payload = max(sent, expected, 1)
        return UInt16(clamping: (payload - 1) / bytesPerCredit + 1)
    }

    /// MS-SMB2 3.3.5.2.5. False means STATUS_INVALID_PARAMETER. A charge of zero pays for one unit;
    /// without multi-credit support the field is not looked at.
    public static func isSufficient(
        _ charge: UInt16,
        sent: Int,
        expected: Int,
        supportsMultiCredit: Bool
    ) -> Bool {
        guard supportsMultiCredit else { return true }
        return max(charge, 1) >= required(sent: sent, expected: expected)
    }
}
