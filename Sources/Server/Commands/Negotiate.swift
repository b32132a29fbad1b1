import SMBMessages
import SMBSecurity
import SMBState
import Wire

/// MS-SMB2 3.3.5.4: the dialect, and with 3.1.1 what protects it.
enum Negotiate {
    /// Best first; a server with AES instructions prefers GCM.
    static let ciphers: [(CipherID, CipherAlgorithm)] = [
        (.aes128GCM, .aes128GCM), (.aes256GCM, .aes256GCM),
        (.aes128CCM, .aes128CCM), (.aes256CCM, .aes256CCM),
    ]
    static let signings: [(SigningAlgorithmID, SigningAlgorithm)] = [
        (.aesGMAC, .aes128GMAC), (.aesCMAC, .aes128CMAC), (.hmacSHA256, .hmacSHA256),
    ]
    static let dialects: [Dialect] = [.smb311, .smb302, .smb300, .smb210]

    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let connection = request.connection
        // A second NEGOTIATE ends the connection (MS-SMB2 3.3.5.3.1).
        guard connection.negotiation == nil else { return .drop }
        if request.header.flags.contains(.signed) { throw NTStatus.invalidParameter }
        let message = try NegotiateRequest(from: &reader)
        guard !message.dialects.isEmpty else { throw NTStatus.invalidParameter }
        guard let dialect = dialects.first(where: message.dialects.contains) else {
            throw NTStatus.notSupported
        }
        if dialect == .smb311 {
            request.withBytes(request.messageStart..<request.messageEnd) {
                connection.preauthHash.update($0)
            }
            request.afterReply = .hashNegotiate
        }
        let (negotiation, contexts) = try settle(message, dialect, connection.server.configuration)
        connection.negotiation = negotiation
        response(negotiation, contexts, connection).encode(to: &writer)
        request.movesToClientsShard = true
        return .answered
    }

    /// Chooses from what the client offers; throws the status of MS-SMB2 3.3.5.4.
    static func settle(
        _ message: NegotiateRequest,
        _ dialect: Dialect,
        _ configuration: ServerConfiguration
    ) throws(NTStatus) -> (Negotiation, [NegotiateContext]) {
        var result = Negotiation(
            dialect: dialect,
            clientGUID: message.clientGUID,
            clientCapabilities: message.capabilities,
            clientSecurityMode: message.securityMode,
            clientDialects: message.dialects,
            serverCapabilities: [.largeMTU],
            serverSecurityMode: configuration.requireSigning
                ? [.signingEnabled, .signingRequired] : .signingEnabled,
            cipher: nil,
            signing: Negotiation.defaultSigning(of: dialect)
        )
        if dialect >= .smb300 { result.serverCapabilities.insert(.multiChannel) }
        if dialect == .smb300 || dialect == .smb302, message.capabilities.contains(.encryption) {
            result.cipher = .aes128CCM
            result.serverCapabilities.insert(.encryption)
        }
        guard dialect == .smb311 else { return (result, []) }
        let contexts = try settleContexts(message.contexts, &result)
        return (result, contexts)
    }

    /// MS-SMB2 3.3.5.4: one preauthentication context with SHA-512 is a must; of the others each
    /// may come once.
    private static func settleContexts(
        _ offered: [NegotiateContext],
        _ result: inout Negotiation
    ) throws(NTStatus) -> [NegotiateContext] {
        var answers: [NegotiateContext] = []
        var seen: Set<UInt16> = []
        for context in offered {
            switch context {
            case .netName, .unknown: continue
            default: break
            }
            guard seen.insert(context.type).inserted else { throw .invalidParameter }
            switch context {
            case .preauthIntegrity(let hashes, _):
                guard !hashes.isEmpty else { throw .invalidParameter }
                guard hashes.contains(.sha512) else {
                    throw .smbNoPreauthIntegrityHashOverlap
                }
                let salt = SecureRandom.bytes(count: 32)
                answers.append(.preauthIntegrity(hashes: [.sha512], salt: salt))
            case .encryption(let ids):
                guard !ids.isEmpty else { throw .invalidParameter }
                let chosen = ciphers.first { ids.contains($0.0) }
                result.cipher = chosen?.1
                answers.append(.encryption([chosen?.0 ?? .none]))
            case .signing(let ids):
                guard !ids.isEmpty else { throw .invalidParameter }
                guard let chosen = signings.first(where: { ids.contains($0.0) }) else { continue }
                result.signing = chosen.1
                answers.append(.signing([chosen.0]))
            case .posix(let version) where version == NegotiateContext.posixVersion:
                result.hasPOSIXExtensions = true
                answers.append(.posix(version))
            default:
                continue
            }
        }
        guard seen.contains(0x0001) else { throw .invalidParameter }
        return answers
    }

    static func response(
        _ negotiation: Negotiation,
        _ contexts: [NegotiateContext],
        _ connection: Connection
    ) -> NegotiateResponse {
        let configuration = connection.server.configuration
        let size = negotiation.dialect >= .smb210 ? UInt32(configuration.limits.ioSizeMax) : 65_536
        return NegotiateResponse(
            securityMode: negotiation.serverSecurityMode,
            dialect: negotiation.dialect,
            serverGUID: configuration.serverGUID,
            capabilities: negotiation.serverCapabilities,
            maxTransactSize: size,
            maxReadSize: size,
            maxWriteSize: size,
            systemTime: SystemClock.now(),
            securityBuffer: ServerAuthenticator.negotiateToken(),
            contexts: contexts
        )
    }
}

extension Connection {
    /// MS-SMB2 3.3.5.3: the SMB1 greeting that names SMB2 dialects; false drops the connection.
    func answerMultiProtocolNegotiate(_ request: Request) -> Bool {
        let offered = request.withBytes(request.messageStart..<request.messageEnd) { bytes in
            var reader = WireReader(bytes)
            return (try? MultiProtocolNegotiate(from: &reader))?.offeredDialect
        }
        // 2.0.2 alone is too old for us: no credits for large transfers, no 2.1 leases.
        guard offered == .wildcard, window.consume(messageID: 0) else { return false }
        awaitsSecondNegotiate = true
        request.header = Header(command: .negotiate, messageID: 0)
        request.header.credits = 1
        request.commandEnd = request.messageEnd
        beginResponse(request)
        let wildcard = Negotiation(
            dialect: .wildcard,
            clientGUID: .zero,
            clientCapabilities: [],
            clientSecurityMode: .signingEnabled,
            clientDialects: [],
            serverCapabilities: [.largeMTU],
            serverSecurityMode: server.configuration.requireSigning
                ? [.signingEnabled, .signingRequired] : .signingEnabled,
            cipher: nil,
            signing: .hmacSHA256
        )
        Negotiate.response(wildcard, [], self).encode(to: &request.writer)
        endResponse(request, status: .success)
        return true
    }
}
