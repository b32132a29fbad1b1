internal import CCrypto

/// AES-128-GMAC (RFC 4543): GCM with the message as additional data and nothing to encrypt.
@safe final class GMACContext {
    private let context: OpaquePointer

    init(key: [UInt8]) throws(CryptoError) {
        guard key.count == 16,
            let context = unsafe penstock_aead_new(EVP_aes_128_gcm(), key, 12, 0, 1)
        else { throw .unusableKey }
        unsafe self.context = context
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Starts a message under a nonce of twelve bytes: eight, then four, both little-endian.
    func begin(messageID: UInt64, role: UInt32) {
        begin(nonce: UInt128(messageID) | UInt128(role) << 64)
    }

    /// Starts a message under the first twelve bytes of `nonce`, read as a little-endian integer.
    func begin(nonce: UInt128) {
        var nonce = nonce.littleEndian
        unsafe withUnsafeBytes(of: &nonce) { bytes in
            _ = unsafe EVP_CipherInit_ex(context, nil, nil, nil, bytes.baseAddress, 1)
        }
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        var count: Int32 = 0
        unsafe EVP_CipherUpdate(context, nil, &count, bytes.baseAddress, Int32(bytes.count))
    }

    func finish() -> UInt128 {
        var tag: UInt128 = 0
        unsafe withUnsafeMutableBytes(of: &tag) { output in
            var count: Int32 = 0
            unsafe EVP_CipherFinal_ex(context, nil, &count)
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, output.baseAddress)
        }
        return UInt128(littleEndian: tag)
    }
}
