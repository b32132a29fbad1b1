internal import SMBMessages
internal import Wire

extension Handshake {
    /// MS-SMB2 3.2.5.5: before 3.1.1, asks the server under signature what it heard in NEGOTIATE,
    /// so that nobody on the way can have taken the better dialects out of the offer.
    func validate(
        _ traits: ServerTraits,
        _ sessionTraits: SessionTraits,
        route: Route
    ) async throws(ClientError) {
        guard traits.dialect < .smb311, !sessionTraits.isGuest else { return }
        let question = ValidateNegotiateRequest(
            capabilities: capabilities.rawValue,
            clientGUID: clientGUID,
            securityMode: securityMode.rawValue,
            dialects: dialects.map(\.rawValue)
        )
        var writer = WireWriter()
        question.encode(to: &writer)
        let body = IoctlRequest(
            controlCode: .validateNegotiateInfo,
            fileID: .previous,
            maximumOutputResponse: 24,
            input: writer.finish()
        )
        var request = Request(.ioctl, route: route) { body.encode(to: &$0) }
        request.mustBeSigned = true
        let reply = try await link.exchange(request)
        // MS-SMB2 3.2.5.5 note: servers that do not know the request say so under signature.
        switch reply.status {
        case .notSupported, .invalidDeviceRequest, .fileClosed, .invalidParameter: return
        default: break
        }
        let answer = try Share.output(of: reply) { reader throws(WireError) in
            try ValidateNegotiateResponse(from: &reader)
        }
        guard answer.dialect == traits.dialect.rawValue,
            answer.capabilities == traits.capabilities.rawValue,
            answer.securityMode == traits.securityMode.rawValue,
            answer.serverGUID.rawValue == traits.serverGUID
        else { throw ClientError.downgraded }
    }
}
