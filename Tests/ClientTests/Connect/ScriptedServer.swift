import Client
import Reactor
import SMBMessages
import SMBSecurity
import Transport
import Wire

/// A server in a few lines that authenticates for real and then lies as it is told to.
///
/// Confined to the reactor's thread once the connector has handed it out.
final class ScriptedServer: @unchecked Sendable {
    /// What is wrong with the server, or with the network in front of it.
    struct Faults: Sendable {
        var dialect = Dialect.smb311
        /// Somebody on the way changed the client's offer.
        var requestIsChanged = false
        var omitsIntegrity = false
        var omitsFinalSignature = false
        var flags: SessionSetupResponse.Flags = []
        /// What VALIDATE_NEGOTIATE_INFO says of the capabilities.
        var validatedCapabilities: UInt32?
        /// The entries of every folder.
        var listing: [DirectoryEntry] = []
    }

    static let user = "ada"
    static let password = "correct"

    let faults: Faults
    private var hash = PreauthHash()
    private var authenticator: ServerAuthenticator
    private var signing: SigningContext?
    private var clientGUID = GUID.zero
    private var listingsSent = 0

    init(_ faults: Faults) {
        self.faults = faults
        var accounts = AccountList()
        accounts.add(user: Self.user, hash: NTHash(password: Self.password))
        authenticator = ServerAuthenticator(
            names: ServerNames(hostName: "script"),
            policy: AuthenticationPolicy(),
            accounts: accounts,
            challenge: 0x0123_4567_89AB_CDEF,
            time: FileTime(seconds: 1_700_000_000, nanoseconds: 0)
        )
    }

    func answer(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
        switch sent.header.command {
        case .negotiate: negotiate(transport, sent)
        case .sessionSetup: setUp(transport, sent)
        case .treeConnect:
            reply(transport, sent) { writer in
                TreeConnectResponse(shareType: .disk, maximalAccess: .fileAll).encode(to: &writer)
            }
        case .ioctl: validate(transport, sent)
        case .create:
            reply(transport, sent) { writer in
                CreateResponse(
                    action: .opened,
                    attributes: .directory,
                    fileID: FileID(persistent: 1, volatile: 1)
                ).encode(to: &writer)
            }
        case .queryDirectory: list(transport, sent)
        default: reply(transport, sent, status: .notSupported)
        }
    }

    private var capabilities: Capabilities { [.largeMTU] }

    private func negotiate(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
        var request = sent.bytes
        if faults.requestIsChanged { request[request.count - 1] ^= 1 }
        var contexts: [NegotiateContext] = [.signing([.aesGMAC])]
        if !faults.omitsIntegrity {
            contexts.append(.preauthIntegrity(hashes: [.sha512], salt: [1, 2, 3, 4]))
        }
        let response = NegotiateResponse(
            securityMode: .signingEnabled,
            dialect: faults.dialect,
            serverGUID: GUID(rawValue: 77),
            capabilities: capabilities,
            maxTransactSize: 1 << 20,
            maxReadSize: 1 << 20,
            maxWriteSize: 1 << 20,
            systemTime: .zero,
            securityBuffer: ServerAuthenticator.negotiateToken(),
            contexts: faults.dialect == .smb311 ? contexts : []
        )
        let bytes = ScriptedTransport.answer(sent) { response.encode(to: &$0) }
        hash.update(request)
        hash.update(bytes)
        transport.deliver(bytes)
    }

    private func setUp(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
        guard
            let request = try? sent.decode({ reader throws(WireError) in
                try SessionSetupRequest(from: &reader)
            })
        else { return transport.hangUp() }
        hash.update(sent.bytes)
        var answered = sent
        answered.header.sessionID = 4711
        switch authenticator.step(request.securityBuffer) {
        case .continue(let token):
            let bytes = ScriptedTransport.answer(answered, status: .moreProcessingRequired) {
                SessionSetupResponse(securityBuffer: token).encode(to: &$0)
            }
            hash.update(bytes)
            transport.deliver(bytes)
        case .accepted(let token, _, let key):
            var bytes = ScriptedTransport.answer(answered) {
                SessionSetupResponse(flags: faults.flags, securityBuffer: token).encode(to: &$0)
            }
            signing = Self.signing(key, hash, faults.dialect)
            if !faults.omitsFinalSignature { signing?.sign(&bytes) }
            transport.deliver(bytes)
        case .refused:
            transport.deliver(ScriptedTransport.answer(answered, status: .logonFailure))
        }
    }

    private static func signing(
        _ key: [UInt8],
        _ hash: PreauthHash,
        _ dialect: Dialect
    ) -> SigningContext? {
        let keys =
            dialect == .smb311
            ? SessionKeys(authenticationKey: key, preauthHash: hash, cipher: nil)
            : SessionKeys(authenticationKey: key)
        let algorithm: SigningAlgorithm = dialect == .smb311 ? .aes128GMAC : .aes128CMAC
        return try? SigningContext(algorithm: algorithm, key: keys.signing)
    }

    private func validate(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
        reply(transport, sent) { writer in
            var output = WireWriter()
            ValidateNegotiateResponse(
                capabilities: faults.validatedCapabilities ?? capabilities.rawValue,
                serverGUID: GUID(rawValue: 77),
                securityMode: SecurityMode.signingEnabled.rawValue,
                dialect: faults.dialect.rawValue
            ).encode(to: &output)
            IoctlResponse(
                controlCode: .validateNegotiateInfo,
                fileID: .previous,
                output: output.finish()
            ).encode(to: &writer)
        }
    }

    private func list(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
        listingsSent += 1
        guard listingsSent == 1, !faults.listing.isEmpty else {
            return reply(transport, sent, status: .noMoreFiles)
        }
        reply(transport, sent) { writer in
            OutputBufferResponse.encode(to: &writer) { writer in
                guard var list = DirectoryListWriter(.idFullDirectory, limit: 65536, at: writer)
                else { return }
                for entry in faults.listing { _ = list.append(entry, to: &writer) }
            }
        }
    }

    private func reply(
        _ transport: ScriptedTransport,
        _ sent: ScriptedTransport.Sent,
        status: NTStatus = .success,
        _ body: (inout WireWriter) -> Void = { ErrorResponse().encode(to: &$0) }
    ) {
        var bytes = ScriptedTransport.answer(sent, status: status, body)
        signing?.sign(&bytes)
        transport.deliver(bytes)
    }
}

/// Connects to a `ScriptedServer`.
struct ScriptedConnector: TransportConnector {
    var faults = ScriptedServer.Faults()

    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        let server = ScriptedServer(faults)
        reactor.post {
            completion(.success(ScriptedTransport(reactor: reactor, script: server.answer)))
        }
    }
}
