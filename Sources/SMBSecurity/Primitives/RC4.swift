/// The stream cipher that NTLM wraps session keys and signatures with (MS-NLMP 3.1.5.1.2, 3.4.4.2).
/// Nothing else may use it; libcrypto no longer loads it by default.
public struct RC4: Sendable {
    private var state: [UInt8]
    private var first: UInt8 = 0
    private var second: UInt8 = 0

    /// A key stream for `key`, which holds 1 to 256 bytes.
    public init(key: [UInt8]) {
        precondition((1...256).contains(key.count))
        state = (0...255).map { UInt8($0) }
        var other: UInt8 = 0
        for index in 0..<256 {
            other = other &+ state[index] &+ key[index % key.count]
            state.swapAt(index, Int(other))
        }
    }

    /// `bytes` under the next part of the key stream: encrypts and decrypts.
    public mutating func apply(to bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in
            first &+= 1
            second &+= state[Int(first)]
            state.swapAt(Int(first), Int(second))
            return byte ^ state[Int(state[Int(first)] &+ state[Int(second)])]
        }
    }
}
