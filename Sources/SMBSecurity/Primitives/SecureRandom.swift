internal import CCrypto

/// Unpredictable bytes for challenges, keys, identifiers and one-time passwords.
public enum SecureRandom {
    /// `count` bytes from libcrypto's generator, which the kernel's seeds.
    public static func bytes(count: Int) -> [UInt8] {
        penstock_crypto_keep()
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            let status = unsafe RAND_bytes(output.baseAddress, Int32(count))
            guard status == 1 else { preconditionFailure("the random generator has no seed") }
            initialized = count
        }
    }

    /// A random integer of any width: `SecureRandom.integer(UInt64.self)`.
    public static func integer<T: FixedWidthInteger & UnsignedInteger>(
        _ type: T.Type = T.self
    ) -> T {
        bytes(count: T.bitWidth / 8).reduce(0) { T(truncatingIfNeeded: $0 << 8) | T($1) }
    }
}
