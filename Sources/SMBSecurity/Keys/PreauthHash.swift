/// MS-SMB2 3.1.5.2's running digest of every message before a session is trusted, so that nobody
/// in the middle can have changed one (dialect 3.1.1; SHA-512, 2.2.3.1.1).
public struct PreauthHash: Hashable, Sendable {
    /// Sixty-four bytes; zeros before the first message.
    public private(set) var value: [UInt8]

    public init() { value = [UInt8](repeating: 0, count: 64) }

    /// Adds a message from its header to its end, without the transport's framing.
    public mutating func update(_ message: [UInt8]) {
        value = Digest.sha512(value + message)
    }

    public mutating func update(_ message: RawSpan) {
        unsafe message.withUnsafeBytes { bytes in unsafe update([UInt8](bytes)) }
    }
}
