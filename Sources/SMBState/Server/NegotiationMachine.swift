public import SMBMessages

/// A connection from its first byte to its dialect (MS-SMB2 3.3.5.3, 3.3.5.4).
public struct NegotiationMachine: Sendable {
    private enum State: Sendable {
        case fresh
        /// The SMB1 greeting was answered; the same question has to come in SMB2.
        case greeted
        case negotiated
    }

    public enum GreetingAction: Hashable, Sendable {
        /// Respond with the dialect 2.??? and wait for the next NEGOTIATE.
        case respondWithWildcard(Capabilities, SecurityMode)
        case drop
    }

    public enum RequestAction: Hashable, Sendable {
        /// The response's contexts come in the order of the request's.
        case respond(Negotiated, contexts: [NegotiateContext])
        case fail(NTStatus)
        case drop
    }

    private var state = State.fresh
    public let policy: NegotiationPolicy

    public init(policy: NegotiationPolicy) { self.policy = policy }

    public var isNegotiated: Bool {
        if case .negotiated = state { return true }
        return false
    }

    /// MS-SMB2 3.3.5.3.1. Only "SMB 2.???" leads on to a dialect that this server speaks.
    public mutating func receive(_ greeting: MultiProtocolNegotiate) -> GreetingAction {
        guard case .fresh = state, greeting.offeredDialect == .wildcard else { return .drop }
        state = .greeted
        return .respondWithWildcard(policy.capabilities, policy.securityMode)
    }

    /// MS-SMB2 3.3.5.4. `salt` is 32 fresh random bytes.
    public mutating func receive(
        _ request: NegotiateRequest,
        isSigned: Bool = false,
        salt: [UInt8]
    ) -> RequestAction {
        if case .negotiated = state { return .drop }
        // MS-SMB2 3.3.5.2.4: nobody can have a key yet.
        guard !isSigned, !request.dialects.isEmpty else { return .fail(.invalidParameter) }
        guard let dialect = policy.dialects.first(where: request.dialects.contains) else {
            return .fail(.notSupported)
        }
        do throws(NTStatus) {
            var result = base(dialect, request)
            var answers: [NegotiateContext] = []
            if dialect == .smb311 {
                answers = try settle(request.contexts, &result, salt: salt)
            }
            state = .negotiated
            return .respond(result, contexts: answers)
        } catch {
            return .fail(error)
        }
    }

    /// What holds without contexts.
    private func base(_ dialect: Dialect, _ request: NegotiateRequest) -> Negotiated {
        var result = Negotiated(
            dialect: dialect,
            request: request,
            serverCapabilities: policy.capabilities.intersection([.dfs, .leasing, .largeMTU]),
            serverSecurityMode: policy.securityMode,
            signing: dialect >= .smb300 ? .aesCMAC : .hmacSHA256
        )
        guard dialect >= .smb300 else { return result }
        let mutual: Capabilities = [.multiChannel, .directoryLeasing, .persistentHandles]
        let wanted = request.capabilities.intersection(mutual)
        result.serverCapabilities.formUnion(policy.capabilities.intersection(wanted))
        // 3.0 and 3.0.2 know one cipher, and the capability says whether it is used.
        if dialect < .smb311, request.capabilities.contains(.encryption),
            policy.ciphers.contains(.aes128CCM)
        {
            result.cipher = .aes128CCM
            result.serverCapabilities.insert(.encryption)
        }
        return result
    }

    /// One context of preauthentication with SHA-512 is a must; of the others that this server
    /// knows, each may come once, and none may be empty.
    private func settle(
        _ offered: [NegotiateContext],
        _ result: inout Negotiated,
        salt: [UInt8]
    ) throws(NTStatus) -> [NegotiateContext] {
        var answers: [NegotiateContext] = []
        var seen: Set<UInt16> = []
        for context in offered {
            switch context {
            case .netName, .unknown: continue
            default: break
            }
            guard seen.insert(context.type).inserted else { throw .invalidParameter }
            if let answer = try answer(context, &result, salt: salt) { answers.append(answer) }
        }
        guard seen.contains(NegotiateContext.preauthIntegrity(hashes: [], salt: []).type) else {
            throw .invalidParameter
        }
        settleTransforms(&result, &answers)
        return answers
    }

    /// A transform needs its algorithm, whichever context came first. Signing needs one that has a
    /// nonce: a CMAC over data of the client's choice would be good for a message of those bytes.
    private func settleTransforms(_ result: inout Negotiated, _ answers: inout [NegotiateContext]) {
        if result.cipher == .none { result.rdmaTransforms.removeAll { $0 == .encryption } }
        if result.signing != .aesGMAC { result.rdmaTransforms.removeAll { $0 == .signing } }
        let common = result.rdmaTransforms
        for index in answers.indices {
            guard case .rdmaTransform = answers[index] else { continue }
            answers[index] = .rdmaTransform(common.isEmpty ? [.none] : common)
        }
    }

    private func answer(
        _ context: NegotiateContext,
        _ result: inout Negotiated,
        salt: [UInt8]
    ) throws(NTStatus) -> NegotiateContext? {
        switch context {
        case .preauthIntegrity(let hashes, _):
            guard !hashes.isEmpty else { throw .invalidParameter }
            guard hashes.contains(.sha512) else { throw .smbNoPreauthIntegrityHashOverlap }
            return .preauthIntegrity(hashes: [.sha512], salt: salt)
        case .encryption(let offered):
            guard !policy.ciphers.isEmpty else { return nil }
            guard !offered.isEmpty else { throw .invalidParameter }
            // "None" tells a client apart from a server that does not encrypt at all.
            result.cipher = policy.ciphers.first(where: offered.contains) ?? .none
            return .encryption([result.cipher])
        case .signing(let offered):
            guard !offered.isEmpty else { throw .invalidParameter }
            result.signing = policy.signings.first(where: offered.contains) ?? .aesCMAC
            return .signing([result.signing])
        case .rdmaTransform(let offered):
            guard !policy.rdmaTransforms.isEmpty else { return nil }
            guard !offered.isEmpty else { throw .invalidParameter }
            result.rdmaTransforms = policy.rdmaTransforms.filter(offered.contains)
            return context
        case .posix(NegotiateContext.posixVersion) where policy.allowsPOSIX:
            result.hasPOSIXExtensions = true
            return context
        default:
            return nil
        }
    }
}
