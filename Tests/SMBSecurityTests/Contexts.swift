@testable import SMBSecurity

extension SigningContext {
    /// Verifies a message that lies in an array.
    func verifies(_ message: [UInt8]) -> Bool {
        unsafe verify(message.span.bytes)
    }
}

extension CipherContext {
    /// The plain message in a sealed one, or nil.
    func opened(_ message: [UInt8]) -> [UInt8]? {
        var copy = message
        do {
            var span = copy.mutableSpan
            var bytes = unsafe span.mutableBytes
            try open(&bytes)
        } catch {
            return nil
        }
        return Array(copy.dropFirst(Self.headerCount))
    }
}
