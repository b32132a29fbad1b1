internal import CCrypto

/// One-shot digests and keyed digests for authentication and key derivation; the data path uses
/// the contexts of `SigningContext` and `CipherContext`.
public enum Digest {
    public static func md5(_ message: [UInt8]) -> [UInt8] {
        unsafe hash(message, with: EVP_md5(), count: 16)
    }

    public static func sha512(_ message: [UInt8]) -> [UInt8] {
        unsafe hash(message, with: EVP_sha512(), count: 64)
    }

    public static func hmacMD5(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        unsafe hmac(message, key: key, with: EVP_md5(), count: 16)
    }

    public static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        unsafe hmac(message, key: key, with: EVP_sha256(), count: 32)
    }

    private static func hash(
        _ message: [UInt8],
        with algorithm: OpaquePointer?,
        count: Int
    ) -> [UInt8] {
        penstock_crypto_keep()
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            let status = unsafe EVP_Digest(
                message,
                message.count,
                output.baseAddress,
                nil,
                algorithm,
                nil
            )
            guard status == 1 else { preconditionFailure("libcrypto lacks a digest") }
            initialized = count
        }
    }

    private static func hmac(
        _ message: [UInt8],
        key: [UInt8],
        with algorithm: OpaquePointer?,
        count: Int
    ) -> [UInt8] {
        penstock_crypto_keep()
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            let result = unsafe HMAC(
                algorithm,
                key,
                Int32(key.count),
                message,
                message.count,
                output.baseAddress,
                nil
            )
            guard unsafe result != nil else { preconditionFailure("libcrypto lacks a digest") }
            initialized = count
        }
    }
}
