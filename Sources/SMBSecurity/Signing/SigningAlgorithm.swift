/// MS-SMB2 2.2.3.1.7: the signing algorithms by the identifiers that NEGOTIATE carries.
public enum SigningAlgorithm: UInt16, Hashable, Sendable, CaseIterable {
    /// Dialects 2.0.2 and 2.1.
    case hmacSHA256 = 0
    /// Dialects 3.0 and 3.0.2, and 3.1.1 when nothing was negotiated.
    case aes128CMAC = 1
    /// Several times faster than the others on today's processors.
    case aes128GMAC = 2
}
