public import SMBMessages

/// What a client makes of the answer to its NEGOTIATE (MS-SMB2 3.2.5.2): the terms, or the reason
/// why the server or somebody on the way cannot be trusted.
public struct NegotiationAnswer: Hashable, Sendable {
    public enum Violation: Error, Hashable, Sendable {
        /// The chosen dialect was not among the offered ones.
        case dialectNotOffered(Dialect)
        /// 3.1.1 without exactly one preauthentication context with exactly one known hash.
        case noPreauthIntegrity
        case contextRepeated(type: UInt16)
        /// A context that the request did not have.
        case contextNotOffered(type: UInt16)
        /// An algorithm that was not offered, or not exactly one.
        case algorithmNotOffered(type: UInt16)
        /// MaxTransactSize, MaxReadSize or MaxWriteSize below 64 KiB.
        case sizeTooSmall(UInt32)
    }

    public var dialect: Dialect
    public var capabilities: Capabilities
    /// The server signs, whatever the client wants.
    public var requiresSigning: Bool
    /// `none` when the connection cannot encrypt.
    public var cipher: CipherID
    public var signing: SigningAlgorithmID
    public var hasPOSIXExtensions = false

    public static let sizeMin: UInt32 = 65536

    public init(
        _ response: NegotiateResponse,
        to request: NegotiateRequest
    ) throws(Violation) {
        guard request.dialects.contains(response.dialect) else {
            throw .dialectNotOffered(response.dialect)
        }
        for size in [response.maxTransactSize, response.maxReadSize, response.maxWriteSize] {
            guard size >= Self.sizeMin else { throw .sizeTooSmall(size) }
        }
        dialect = response.dialect
        capabilities = response.capabilities
        requiresSigning = response.securityMode.contains(.signingRequired)
        signing = dialect >= .smb300 ? .aesCMAC : .hmacSHA256
        cipher = .none
        if dialect == .smb311 {
            try settle(response.contexts, offered: request.contexts)
        } else if dialect >= .smb300, capabilities.contains(.encryption) {
            cipher = .aes128CCM
        }
    }

    private mutating func settle(
        _ contexts: [NegotiateContext],
        offered: [NegotiateContext]
    ) throws(Violation) {
        var seen: Set<UInt16> = []
        for context in contexts {
            if case .unknown = context { continue }
            let type = context.type
            guard seen.insert(type).inserted else { throw .contextRepeated(type: type) }
            guard let question = offered.first(where: { $0.type == type }) else {
                throw .contextNotOffered(type: type)
            }
            try take(context, question)
        }
        let preauth = NegotiateContext.preauthIntegrity(hashes: [], salt: [])
        guard seen.contains(preauth.type) else { throw .noPreauthIntegrity }
    }

    private mutating func take(
        _ answer: NegotiateContext,
        _ question: NegotiateContext
    ) throws(Violation) {
        switch (answer, question) {
        case (.preauthIntegrity(let hashes, _), .preauthIntegrity(let offered, _)):
            guard hashes.count == 1, offered.contains(hashes[0]) else {
                throw .noPreauthIntegrity
            }
        case (.encryption(let ciphers), .encryption(let offered)):
            // A server that shares no cipher says "none".
            guard ciphers.count == 1, ciphers[0] == .none || offered.contains(ciphers[0]) else {
                throw .algorithmNotOffered(type: answer.type)
            }
            cipher = ciphers[0]
        case (.signing(let algorithms), .signing(let offered)):
            guard algorithms.count == 1, offered.contains(algorithms[0]) else {
                throw .algorithmNotOffered(type: answer.type)
            }
            signing = algorithms[0]
        case (.posix, .posix):
            hasPOSIXExtensions = true
        default:
            break
        }
    }
}
