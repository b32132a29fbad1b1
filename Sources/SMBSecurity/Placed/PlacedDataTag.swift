/// What protects data that RDMA places beside its message: the fields that
/// SMB2_RDMA_CRYPTO_TRANSFORM carries (MS-SMB2 2.2.43.1).
public struct PlacedDataTag: Hashable, Sendable {
    /// Bytes of every signature and tag.
    public static let signatureCount = 16

    public var signature: UInt128
    public var signatureCount: Int
    /// The first `nonceCount` bytes, little-endian; the rest are zero.
    public var nonce: UInt128
    public var nonceCount: Int

    public init(
        signature: UInt128,
        signatureCount: Int = PlacedDataTag.signatureCount,
        nonce: UInt128,
        nonceCount: Int
    ) {
        self.signature = signature
        self.signatureCount = signatureCount
        self.nonce = nonce
        self.nonceCount = nonceCount
    }
}
