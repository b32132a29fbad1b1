import SMBMessages
import SMBSecurity
import SMBState
import Wire

/// MS-SMB2 3.3.5.4: the dialect, and with 3.1.1 what protects it. `NegotiationMachine` decides.
enum Negotiate {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let connection = request.connection
        let message = try NegotiateRequest(from: &reader)
        let action = connection.negotiator.receive(
            message,
            isSigned: request.header.flags.contains(.signed),
            salt: SecureRandom.bytes(count: 32)
        )
        switch action {
        case .drop:
            return .drop
        case .fail(let status):
            throw status
        case .respond(let negotiated, let contexts):
            if negotiated.dialect == .smb311 {
                request.withBytes(request.messageStart..<request.messageEnd) {
                    connection.preauthHash.update($0)
                }
                request.afterReply = .hashNegotiate
            }
            connection.negotiation = Negotiation(negotiated)
            response(
                negotiated.dialect,
                negotiated.serverCapabilities,
                negotiated.serverSecurityMode,
                contexts,
                connection
            ).encode(to: &writer)
            request.movesToClientsShard = true
            return .answered
        }
    }

    static func response(
        _ dialect: Dialect,
        _ capabilities: Capabilities,
        _ securityMode: SecurityMode,
        _ contexts: [NegotiateContext],
        _ connection: Connection
    ) -> NegotiateResponse {
        let configuration = connection.server.configuration
        let placed = connection.placedSizeMax
        let transferSize = UInt32(placed > 0 ? placed : configuration.limits.ioSizeMax)
        return NegotiateResponse(
            securityMode: securityMode,
            dialect: dialect,
            serverGUID: configuration.serverGUID,
            capabilities: capabilities,
            maxTransactSize: UInt32(connection.transactSizeMax),
            maxReadSize: transferSize,
            maxWriteSize: transferSize,
            systemTime: SystemClock.now(),
            securityBuffer: ServerAuthenticator.negotiateToken(),
            contexts: contexts
        )
    }
}

extension ServerConfiguration {
    /// What connections may agree on.
    var negotiationPolicy: NegotiationPolicy {
        var policy = NegotiationPolicy()
        policy.capabilities = [.largeMTU, .multiChannel, .leasing]
        policy.requiresSigning = requireSigning
        return policy
    }
}

extension Connection {
    /// MS-SMB2 3.3.5.3: the SMB1 greeting that names SMB2 dialects; false drops the connection.
    func answerMultiProtocolNegotiate(_ request: Request) -> Bool {
        let greeting = request.withBytes(request.messageStart..<request.messageEnd) { bytes in
            var reader = WireReader(bytes)
            return try? MultiProtocolNegotiate(from: &reader)
        }
        guard let greeting,
            case .respondWithWildcard(let capabilities, let mode) = negotiator.receive(greeting),
            window.consume(messageID: 0)
        else { return false }
        request.header = Header(command: .negotiate, messageID: 0)
        request.header.credits = 1
        request.commandEnd = request.messageEnd
        beginResponse(request)
        Negotiate.response(.wildcard, capabilities, mode, [], self).encode(to: &request.writer)
        endResponse(request, status: .success)
        return true
    }
}
