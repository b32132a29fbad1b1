internal import Wire

/// MS-NLMP 2.2.2.8 and 3.3.2: the proof of a password over both ends' challenges.
struct NTLMv2Response: Hashable, Sendable {
    /// The first sixteen bytes, NTProofStr.
    var proof: [UInt8]
    /// What the proof covers besides the server's challenge, NTLMv2_CLIENT_CHALLENGE.
    var blob: [UInt8]
    var targetInfo: AVPairs

    /// The longest response of NTLMv1, which is refused.
    static let ntlmV1Count = 24

    /// Takes the response apart; nil unless it is one of NTLMv2.
    init?(_ response: [UInt8]) {
        guard response.count > Self.ntlmV1Count else { return nil }
        proof = Array(response.prefix(16))
        blob = Array(response.dropFirst(16))
        do {
            targetInfo = try withReader(over: blob) { reader throws(WireError) in
                let types = try reader.read(UInt16.self)  // RespType and HiRespType
                guard types == 0x0101 else { throw WireError(.invalidValue, at: 0) }
                try reader.skip(26)  // reserved, time, client challenge, reserved
                return try AVPairs(from: &reader)
            }
        } catch {
            return nil
        }
    }

    /// Proves a password.
    init(
        responseKey: [UInt8],
        serverChallenge: UInt64,
        clientChallenge: UInt64,
        time: FileTime,
        targetInfo: AVPairs
    ) {
        var writer = WireWriter()
        writer.write(UInt16(0x0101))  // RespType and HiRespType
        writer.write(zeros: 6)
        writer.write(time.rawValue)
        writer.write(clientChallenge)
        writer.write(zeros: 4)
        targetInfo.encode(to: &writer)
        writer.write(zeros: 4)
        self.targetInfo = targetInfo
        blob = writer.finish()
        proof = Self.proof(of: blob, responseKey: responseKey, serverChallenge: serverChallenge)
    }

    var bytes: [UInt8] { proof + blob }

    /// MS-NLMP 3.2.5.1.2: whether the AUTHENTICATE message around the response carries a MIC.
    var hasMIC: Bool { targetInfo.flags & AVPairs.micFlag != 0 }

    func isGenuine(responseKey: [UInt8], serverChallenge: UInt64) -> Bool {
        let expected = Self.proof(
            of: blob,
            responseKey: responseKey,
            serverChallenge: serverChallenge
        )
        return ConstantTime.equal(expected, proof)
    }

    func sessionBaseKey(responseKey: [UInt8]) -> [UInt8] {
        Digest.hmacMD5(key: responseKey, proof)
    }

    private static func proof(
        of blob: [UInt8],
        responseKey: [UInt8],
        serverChallenge: UInt64
    ) -> [UInt8] {
        Digest.hmacMD5(key: responseKey, littleEndianBytes(serverChallenge) + blob)
    }

    /// NTOWFv2: the key that stands for a user's password.
    static func responseKey(hash: NTHash, user: String, domain: String) -> [UInt8] {
        let name = UTF16LittleEndian.uppercase(user) + domain
        return Digest.hmacMD5(key: hash.bytes, UTF16LittleEndian.bytes(of: name))
    }
}
