internal import CCrypto

/// HMAC-SHA256 (RFC 2104) for messages of any length. The EVP interface allocates for every
/// message, so the hash states lie here; those after the two pads are worked out once.
final class HMACContext {
    private let afterInnerPad: SHA256_CTX
    private let afterOuterPad: SHA256_CTX
    private var current: SHA256_CTX

    init(key: [UInt8]) throws(CryptoError) {
        guard key.count <= 64 else { throw .unusableKey }
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        afterInnerPad = Self.state(after: block.map { $0 ^ 0x36 })
        afterOuterPad = Self.state(after: block.map { $0 ^ 0x5C })
        current = afterInnerPad
    }

    private static func state(after pad: [UInt8]) -> SHA256_CTX {
        var state = SHA256_CTX()
        unsafe SHA256_Init(&state)
        unsafe SHA256_Update(&state, pad, pad.count)
        return state
    }

    func begin() { current = afterInnerPad }

    func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe SHA256_Update(&current, bytes.baseAddress, bytes.count)
    }

    /// The first half of the digest, which is all that a signature field holds.
    func finish() -> UInt128 {
        var digest: (UInt128, UInt128) = (0, 0)
        unsafe withUnsafeMutableBytes(of: &digest) { output in
            unsafe SHA256_Final(output.baseAddress, &current)
            current = afterOuterPad
            unsafe SHA256_Update(&current, output.baseAddress, output.count)
            unsafe SHA256_Final(output.baseAddress, &current)
        }
        return UInt128(littleEndian: digest.0)
    }
}
