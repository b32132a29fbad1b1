@testable import SMBSecurity

extension SigningContext {
    /// Verifies a message that lies in an array.
    func verifies(_ message: [UInt8]) -> Bool {
        unsafe verify(message.span.bytes)
    }

    /// Verifies placed data that lies in an array.
    func verifiesPlaced(_ data: [UInt8], _ tag: PlacedDataTag) -> Bool {
        unsafe verifyPlaced(data.span.bytes, tag: tag)
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
