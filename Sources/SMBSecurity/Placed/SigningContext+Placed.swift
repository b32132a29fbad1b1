extension SigningContext {
    /// Bits of the last four bytes of a GMAC nonce. A message uses the first two (MS-SMB2 3.1.4.1);
    /// placed data sets the third, so that it never meets the nonce of a message.
    private enum NonceRole {
        static let server: UInt128 = 1
        static let placedData: UInt128 = 4
    }

    private static let gmacNonceCount = 12

    /// Whether signatures over placed data may be given at all: without a nonce, as in CMAC and
    /// HMAC, one over data that somebody else has chosen would be valid for a message of the same
    /// bytes.
    public var signsPlacedData: Bool { algorithm == .aes128GMAC }

    /// Signs data that RDMA will place for the request `messageID` (MS-SMB2 3.3.5.12, 3.2.4.7).
    /// One request has its data signed once by each end at most.
    public func signPlaced(
        _ data: RawSpan,
        messageID: UInt64,
        isServer: Bool
    ) -> PlacedDataTag {
        precondition(signsPlacedData, "placed data is signed with AES-GMAC")
        let role = NonceRole.placedData | (isServer ? NonceRole.server : 0)
        let nonce = UInt128(messageID) | role << 64
        return PlacedDataTag(
            signature: computePlaced(data, nonce: nonce),
            nonce: nonce,
            nonceCount: Self.gmacNonceCount
        )
    }

    /// Whether data that RDMA has placed carries the signature of this key. The tag itself came in
    /// a message that was verified before.
    public func verifyPlaced(_ data: RawSpan, tag: PlacedDataTag) -> Bool {
        guard signsPlacedData, tag.signatureCount == PlacedDataTag.signatureCount,
            tag.nonceCount == Self.gmacNonceCount
        else { return false }
        return ConstantTime.equal(computePlaced(data, nonce: tag.nonce), tag.signature)
    }

    private func computePlaced(_ data: RawSpan, nonce: UInt128) -> UInt128 {
        guard case .gmac(let context) = engine else { return 0 }
        context.begin(nonce: nonce)
        unsafe data.withUnsafeBytes { unsafe update($0) }
        return finish()
    }
}
