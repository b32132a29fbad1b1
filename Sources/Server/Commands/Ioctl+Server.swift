import SMBMessages
import SMBState
import Wire

/// Controls that are about the server or the connection and name no open.
struct ServerControl {
    let request: Request
    let message: IoctlRequest

    func handle(_ writer: inout WireWriter) throws -> Connection.Result {
        guard message.fileID == .previous else { throw NTStatus.invalidParameter }
        switch message.controlCode {
        case .queryNetworkInterfaceInfo: return try networkInterfaces(&writer)
        case .validateNegotiateInfo: return try validateNegotiate(&writer)
        case .pipeWait: return try waitForPipe(&writer)
        // There is no DFS here (3.3.5.15.2).
        default: throw NTStatus.fsDriverRequired
        }
    }

    private func answer(
        _ writer: inout WireWriter,
        _ body: (inout WireWriter) -> Void = { _ in }
    ) -> Connection.Result {
        var output = WireWriter()
        body(&output)
        IoctlResponse(
            controlCode: message.controlCode,
            fileID: .previous,
            output: output.finish()
        ).encode(to: &writer)
        return .answered
    }

    /// MS-SMB2 3.3.5.15.11.
    private func networkInterfaces(_ writer: inout WireWriter) throws -> Connection.Result {
        guard request.connection.negotiation?.is3x == true else {
            throw NTStatus.invalidDeviceRequest
        }
        let fitting = Int(message.maximumOutputResponse) / NetworkInterface.encodedSize
        let configuration = request.connection.server.configuration
        let interfaces =
            configuration.networkInterfaces?()
            ?? InterfaceList.current(rdma: configuration.rdmaInterfaces())
        guard fitting > 0 || interfaces.isEmpty else { throw NTStatus.bufferTooSmall }
        return answer(&writer) {
            NetworkInterface.encode(Array(interfaces.prefix(fitting)), to: &$0)
        }
    }

    /// MS-SMB2 3.3.5.15.12: whoever finds the two sides disagreeing ends the connection.
    private func validateNegotiate(_ writer: inout WireWriter) throws -> Connection.Result {
        guard let negotiation = request.connection.negotiation else { return .drop }
        // 3.1.1 protects the negotiation by its hash; a client that asks is being deceived.
        guard negotiation.dialect != .smb311 else { return .drop }
        guard Int(message.maximumOutputResponse) >= ValidateNegotiateResponse.fixedSize else {
            return .drop
        }
        let offer: ValidateNegotiateRequest
        do {
            offer = try withReader(over: message.input) { reader throws(WireError) in
                try ValidateNegotiateRequest(from: &reader)
            }
        } catch {
            return .drop
        }
        guard offer.clientGUID == negotiation.clientGUID,
            offer.securityMode == negotiation.clientSecurityMode.rawValue,
            offer.capabilities == negotiation.clientCapabilities.rawValue,
            offer.dialects == negotiation.clientDialects.map(\.rawValue)
        else { return .drop }
        return answer(&writer) {
            ValidateNegotiateResponse(
                capabilities: negotiation.serverCapabilities.rawValue,
                serverGUID: request.connection.server.configuration.serverGUID,
                securityMode: negotiation.serverSecurityMode.rawValue,
                dialect: negotiation.dialect.rawValue
            ).encode(to: &$0)
        }
    }

    /// MS-SMB2 3.3.5.15.10: our pipes are always there.
    private func waitForPipe(_ writer: inout WireWriter) throws -> Connection.Result {
        guard request.tree?.share.store == nil else { throw NTStatus.invalidDeviceRequest }
        let wait: PipeWait
        do {
            wait = try withReader(over: message.input) { reader throws(WireError) in
                try PipeWait(from: &reader)
            }
        } catch {
            throw NTStatus.invalidParameter
        }
        guard NamedPipe.endpoint(named: wait.name, of: request.connection.server) != nil else {
            throw NTStatus.objectNameNotFound
        }
        return answer(&writer)
    }
}
