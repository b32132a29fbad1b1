extension CipherContext {
    /// Encrypts data that RDMA will place (MS-SMB2 3.3.5.12, 3.2.4.7), in place and under a nonce
    /// of its own. Unlike a message it has no additional data.
    @_lifetime(data: copy data)
    public func sealPlaced(_ data: inout MutableRawSpan) throws(CryptoError) -> PlacedDataTag {
        precondition(data.byteCount <= Int32.max)
        let nonce = UInt128(try takeNonce())
        let tag = unsafe data.withUnsafeMutableBytes { bytes in
            unsafe withUnsafeBytes(of: nonce.littleEndian) { start -> UInt128? in
                guard let address = start.baseAddress else { return nil }
                return unsafe sealer.seal(
                    nonce: address,
                    additional: UnsafeRawBufferPointer(start: nil, count: 0),
                    bytes,
                    UnsafeMutableRawBufferPointer(start: nil, count: 0)
                )
            }
        }
        guard let tag else { throw .unusableKey }
        return PlacedDataTag(signature: tag, nonce: nonce, nonceCount: algorithm.nonceCount)
    }

    /// Decrypts data that RDMA has placed, in place. On an error its bytes are worthless.
    ///
    /// A tag that is not whole, or a nonce of another cipher's length, is no tag of this session's
    /// (MS-SMB2 3.3.5.13, 3.2.5.11).
    @_lifetime(data: copy data)
    public func openPlaced(
        _ data: inout MutableRawSpan,
        tag: PlacedDataTag
    ) throws(CryptoError) {
        guard tag.signatureCount == PlacedDataTag.signatureCount,
            tag.nonceCount == algorithm.nonceCount
        else { throw .badSignature }
        let isGenuine = unsafe data.withUnsafeMutableBytes { bytes in
            unsafe withUnsafeBytes(of: tag.nonce.littleEndian) { start in
                guard let address = start.baseAddress else { return false }
                return unsafe opener.open(
                    nonce: address,
                    additional: UnsafeRawBufferPointer(start: nil, count: 0),
                    tag: tag.signature,
                    bytes,
                    UnsafeMutableRawBufferPointer(start: nil, count: 0)
                )
            }
        }
        guard isGenuine else { throw .badSignature }
    }
}
