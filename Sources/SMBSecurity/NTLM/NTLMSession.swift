/// What both ends hold after NTLM: the session key and what makes signatures (MS-NLMP 3.4).
struct NTLMSession: Hashable, Sendable {
    enum Sender: Hashable, Sendable { case client, server }

    /// ExportedSessionKey: the authentication key of the SMB session.
    var key: [UInt8]
    var flags: NTLMFlags

    /// Whether signatures of the one form we know can be made.
    var canSign: Bool { flags.contains([.sign, .extendedSessionSecurity]) }

    /// MS-NLMP 3.4.4.2: the signature of the first message of `sender`, sequence number zero. The
    /// key stream is not kept: SPNEGO signs one list and SMB nothing more (MS-SPNG 3.2.5.1).
    func signature(of message: [UInt8], by sender: Sender) -> [UInt8] {
        let sequence: [UInt8] = [0, 0, 0, 0]
        let digest = Digest.hmacMD5(key: signingKey(of: sender), sequence + message)
        var checksum = Array(digest.prefix(8))
        if flags.contains(.keyExchange) {
            var stream = RC4(key: sealingKey(of: sender))
            checksum = stream.apply(to: checksum)
        }
        return [1, 0, 0, 0] + checksum + sequence
    }

    /// MS-NLMP 3.1.5.1.2: the MIC over all three messages, the last one's MIC taken as zero.
    func mic(negotiate: [UInt8], challenge: [UInt8], authenticate: [UInt8]) -> [UInt8] {
        var cleared = authenticate
        let range = NTLMAuthenticateMessage.micOffset..<NTLMAuthenticateMessage.fixedSize
        cleared.replaceSubrange(range, with: repeatElement(0, count: 16))
        return Digest.hmacMD5(key: key, negotiate + challenge + cleared)
    }

    /// MS-NLMP 3.4.5.2.
    func signingKey(of sender: Sender) -> [UInt8] {
        let direction = sender == .client ? "client-to-server" : "server-to-client"
        let magic = "session key to \(direction) signing key magic constant\0"
        return Digest.md5(key + Array(magic.utf8))
    }

    /// MS-NLMP 3.4.5.3.
    func sealingKey(of sender: Sender) -> [UInt8] {
        let direction = sender == .client ? "client-to-server" : "server-to-client"
        let magic = "session key to \(direction) sealing key magic constant\0"
        let count = flags.contains(.key128) ? 16 : flags.contains(.key56) ? 7 : 5
        return Digest.md5(Array(key.prefix(count)) + Array(magic.utf8))
    }
}
