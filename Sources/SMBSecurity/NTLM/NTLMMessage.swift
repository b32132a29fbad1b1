internal import Wire

/// What the three NTLM messages share (MS-NLMP 2.2.1).
enum NTLMMessage {
    /// "NTLMSSP" and a zero.
    static let signature: [UInt8] = [0x4E, 0x54, 0x4C, 0x4D, 0x53, 0x53, 0x50, 0x00]

    /// MS-NLMP 2.2.2.10: for debugging only; 15 is the revision of the protocol.
    static let version: [UInt8] = [6, 1, 0, 0, 0, 0, 0, 15]

    /// Whether a security buffer is NTLM without SPNEGO around it.
    static func isBare(_ token: [UInt8]) -> Bool { token.starts(with: signature) }

    @_lifetime(reader: copy reader)
    static func readPreamble(
        _ reader: inout WireReader,
        type: UInt32
    ) throws(WireError) {
        guard try reader.readBytes(count: 8) == signature,
            try reader.read(UInt32.self) == type
        else { throw WireError(.invalidValue, at: 0) }
    }

    static func writePreamble(_ writer: inout WireWriter, type: UInt32) {
        writer.write(bytes: signature)
        writer.write(type)
    }
}
