internal import CCrypto

/// AES-128-CMAC (RFC 4493, SP 800-38B) over one kept context.
@safe final class CMACContext {
    private let context: OpaquePointer

    init(key: [UInt8]) throws(CryptoError) {
        guard key.count == 16, let context = unsafe penstock_cmac_new(key, key.count) else {
            throw .unusableKey
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    /// Starts a message with the key set before.
    func begin() { unsafe EVP_MAC_init(context, nil, 0, nil) }

    func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe EVP_MAC_update(context, bytes.baseAddress, bytes.count)
    }

    func finish() -> UInt128 {
        var tag: UInt128 = 0
        unsafe withUnsafeMutableBytes(of: &tag) { output in
            var count = 0
            unsafe EVP_MAC_final(context, output.baseAddress, &count, output.count)
        }
        return UInt128(littleEndian: tag)
    }
}
