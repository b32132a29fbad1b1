import SMBMessages
import SMBSecurity
import SMBState
import Wire

extension Connection {
    /// Finds the session and the tree, checks the signature, and calls the command
    /// (MS-SMB2 3.3.5.2.4, 3.3.5.2.9, 3.3.5.2.11).
    func dispatch(_ request: Request) -> Outcome {
        defer { shard?.noteChanges() }
        var result = Result.answered
        let status = run(request) { request throws in
            if let failure = request.chainFailure {
                // The refusal is signed as the request was (MS-SMB2 3.3.4.1.1).
                try? findSession(request)
                throw failure
            }
            switch CommandGate.need(of: request.header) {
            case .nothing:
                break
            case .session:
                try findSession(request)
            case .tree:
                try findSession(request)
                try findTree(request)
            }
            result = try call(request)
            return result.status
        }
        switch result {
        case .waiting where request.isSuspended: return .waiting
        case .drop: return .drop
        default: return .done(status)
        }
    }

    /// What a command's code tells its caller.
    enum Result {
        /// The body is written.
        case answered
        /// The body is written, and the status is a warning or asks for more.
        case answeredWith(NTStatus)
        /// `suspend` was called.
        case waiting
        /// The connection must go (MS-SMB2 3.3.7.1).
        case drop

        var status: NTStatus {
            if case .answeredWith(let status) = self { return status }
            return .success
        }
    }

    private func call(_ request: Request) throws -> Result {
        try request.withReader { reader, writer throws in
            switch request.header.command {
            case .negotiate: try Negotiate.handle(request, &reader, &writer)
            case .sessionSetup: try SessionSetup.handle(request, &reader, &writer)
            case .logoff: try Logoff.handle(request, &reader, &writer)
            case .treeConnect: try TreeConnecting.handle(request, &reader, &writer)
            case .treeDisconnect: try TreeDisconnect.handle(request, &reader, &writer)
            case .create: try Create.handle(request, &reader, &writer)
            case .close: try Close.handle(request, &reader, &writer)
            case .flush: try Flush.handle(request, &reader, &writer)
            case .read: try Read.handle(request, &reader, &writer)
            case .write: try Write.handle(request, &reader, &writer)
            case .lock: try Lock.handle(request, &reader, &writer)
            case .oplockBreak: try OplockBreaking.handle(request, &reader, &writer)
            case .echo: try Echo.handle(request, &reader, &writer)
            case .queryDirectory: try QueryDirectory.handle(request, &reader, &writer)
            case .changeNotify: try ChangeNotify.handle(request, &reader, &writer)
            case .queryInfo: try QueryInfo.handle(request, &reader, &writer)
            case .setInfo: try SetInfo.handle(request, &reader, &writer)
            case .ioctl: try Ioctl.handle(request, &reader, &writer)
            default: throw NTStatus.invalidParameter
            }
        }
    }

    /// MS-SMB2 3.3.5.2.9, and the signature that the session may demand.
    private func findSession(_ request: Request) throws(NTStatus) {
        let session = session(request.header.sessionID)
        request.session = session
        if session != nil {
            try checkSignature(request)
        } else {
            signRefusal(of: request, with: refusalSigning(for: request.header.sessionID))
        }
        try pass(
            CommandGate.checkSession(
                session?.state,
                command: request.header.command,
                encryptsData: session?.encryptsData == true,
                isEncrypted: request.isEncrypted
            )
        )
    }

    /// MS-SMB2 3.3.5.2.11.
    private func findTree(_ request: Request) throws(NTStatus) {
        let tree = request.session?.tree(request.header.treeID)
        try pass(
            CommandGate.checkTree(
                requiresEncryption: tree?.share.requiresEncryption,
                isEncrypted: request.isEncrypted
            )
        )
        request.tree = tree
    }

    private func pass(_ verdict: CommandGate.Verdict) throws(NTStatus) {
        if case .fail(let status) = verdict { throw status }
    }

    /// MS-SMB2 3.3.5.2.4: a signature that is there must be right, one that is demanded must be
    /// there.
    func checkSignature(_ request: Request) throws(NTStatus) {
        guard let session = request.session, let negotiation else { return }
        let signing = session.channel(of: self)?.signing
        let verdict = CommandGate.signature(
            of: request.header,
            isEncrypted: request.isEncrypted,
            session: SessionProtection(
                dialect: negotiation.dialect,
                isUser: session.isAuthenticatedUser,
                hasKey: signing != nil,
                requiresSigning: session.signingRequired
            )
        )
        switch verdict {
        case .unneeded: return
        case .fail(let status): throw status
        case .verify: break
        }
        guard let signing, request.verifySignature(signing) else {
            signRefusal(of: request, with: session.signing)
            throw .accessDenied
        }
        request.replySigning = signing
    }

    /// A client that signs with the key of a session that it has not bound to this connection is
    /// refused, and believes the refusal only under that key.
    func signRefusal(of request: Request, with signing: SigningContext?) {
        guard !request.isEncrypted, request.header.flags.contains(.signed),
            let signing, request.verifySignature(signing)
        else { return }
        request.replySigning = signing
    }
}
