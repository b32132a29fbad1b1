internal import CCrypto

/// HMAC-SHA256 (RFC 2104) over two kept digest contexts. libcrypto's own HMAC copies, and so
/// allocates, a context for each message.
@safe final class HMACContext {
    private let inner: OpaquePointer
    private let outer: OpaquePointer
    private let innerPad: [UInt8]
    private let outerPad: [UInt8]

    init(key: [UInt8]) throws(CryptoError) {
        guard key.count <= 64 else { throw .unusableKey }
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        innerPad = block.map { $0 ^ 0x36 }
        outerPad = block.map { $0 ^ 0x5C }
        guard let inner = unsafe EVP_MD_CTX_new() else { throw .unusableKey }
        guard let outer = unsafe EVP_MD_CTX_new() else {
            unsafe EVP_MD_CTX_free(inner)
            throw .unusableKey
        }
        unsafe self.inner = inner
        unsafe self.outer = outer
        let isReady = unsafe EVP_DigestInit_ex(inner, EVP_sha256(), nil) == 1
            && EVP_DigestInit_ex(outer, EVP_sha256(), nil) == 1
        guard isReady else { throw .unusableKey }
    }

    deinit {
        unsafe EVP_MD_CTX_free(inner)
        unsafe EVP_MD_CTX_free(outer)
    }

    func begin() {
        unsafe EVP_DigestInit_ex(inner, nil, nil)
        unsafe EVP_DigestUpdate(inner, innerPad, 64)
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe EVP_DigestUpdate(inner, bytes.baseAddress, bytes.count)
    }

    /// The first half of the digest, which is all that a signature field holds.
    func finish() -> UInt128 {
        var digest: (UInt128, UInt128) = (0, 0)
        unsafe withUnsafeMutableBytes(of: &digest) { output in
            unsafe EVP_DigestFinal_ex(inner, output.baseAddress, nil)
            unsafe EVP_DigestInit_ex(outer, nil, nil)
            unsafe EVP_DigestUpdate(outer, outerPad, 64)
            unsafe EVP_DigestUpdate(outer, output.baseAddress, 32)
            unsafe EVP_DigestFinal_ex(outer, output.baseAddress, nil)
        }
        return UInt128(littleEndian: digest.0)
    }
}
