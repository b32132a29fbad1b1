import SMBMessages
import SMBSecurity
import Wire

@testable import FuzzTargets

/// One connection of a client that may have several, with a session of its own or one that it
/// shares with another connection.
final class ClientChannel {
    private let transport: LoopTransport
    private let clientGUID: UInt128
    private var hash = PreauthHash()
    private var messageID: UInt64 = 0
    private(set) var sessionID: UInt64 = 0
    private(set) var treeID: UInt32 = 0
    /// Signs on this connection.
    private var signing: SigningContext?
    /// Of the session's first channel: signs while another one is bound.
    private var sessionSigning: SigningContext?
    /// Messages that nobody asked for.
    private(set) var notifications: [[UInt8]] = []

    /// Connected and negotiated.
    init(clientGUID: UInt128 = 7) {
        self.clientGUID = clientGUID
        transport = ServerUnderTest.tested.connect(settles: true)
        let negotiate = message(.negotiate) { writer in
            NegotiateRequest(
                dialects: [.smb311],
                securityMode: .signingEnabled,
                capabilities: [.largeMTU, .multiChannel, .leasing],
                clientGUID: GUID(rawValue: clientGUID),
                contexts: [
                    .preauthIntegrity(hashes: [.sha512], salt: [UInt8](repeating: 1, count: 32)),
                    .signing([.aesGMAC]),
                ]
            ).encode(to: &writer)
        }
        hash.update(negotiate)
        hash.update(exchange(negotiate))
    }

    /// A session of its own, and the share.
    func logOn(previous: UInt64 = 0) {
        authenticate(previous: previous)
        sessionSigning = signing
        let reply = call(.treeConnect) { writer in
            TreeConnectRequest(path: "\\\\penstock\\share").encode(to: &writer)
        }
        guard reply.status == .success else { preconditionFailure("the server shares nothing") }
        treeID = Conversation.integer(reply.bytes, at: 36)
    }

    /// Becomes a channel of another connection's session. `halfway` is called between the two
    /// requests that this takes. The status of the second.
    @discardableResult
    func bind(
        to first: ClientChannel,
        password: String = ServerUnderTest.password,
        halfway: () -> Void = {}
    ) -> NTStatus {
        sessionID = first.sessionID
        sessionSigning = first.sessionSigning
        treeID = first.treeID
        return authenticate(binding: true, password: password, halfway: halfway)
    }

    @discardableResult
    private func authenticate(
        previous: UInt64 = 0,
        binding: Bool = false,
        password: String = ServerUnderTest.password,
        halfway: () -> Void = {}
    ) -> NTStatus {
        var status = NTStatus.success
        var client = ClientAuthenticator(
            credentials: LogonCredentials(
                user: ServerUnderTest.user,
                password: password
            ),
            targetName: "penstock",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 5, count: 16),
            time: .zero
        )
        var token = try? client.start(with: [])
        for round in 0..<2 {
            var setup = message(.sessionSetup, isSigned: binding) { writer in
                SessionSetupRequest(
                    isBinding: binding,
                    securityMode: .signingEnabled,
                    previousSessionID: previous,
                    securityBuffer: token ?? []
                ).encode(to: &writer)
            }
            if binding { sessionSigning?.sign(&setup) }
            hash.update(setup)
            let reply = exchange(setup)
            guard reply.count > 72 else { preconditionFailure("the server lets nobody in") }
            status = NTStatus(rawValue: Conversation.integer(reply, at: 8))
            sessionID = Conversation.integer(reply, at: 40)
            guard round == 0 else { break }
            halfway()
            hash.update(reply)
            let offset: UInt16 = Conversation.integer(reply, at: 68)
            let count: UInt16 = Conversation.integer(reply, at: 70)
            token = try? client.respond(to: Array(reply[Int(offset)...].prefix(Int(count))))
        }
        let keys = SessionKeys(
            authenticationKey: client.sessionKey ?? [],
            preauthHash: hash,
            cipher: nil
        )
        signing = try? SigningContext(algorithm: .aes128GMAC, key: keys.signing)
        return status
    }

    // MARK: Calls

    /// Sends a command and returns its answer, or none with the status PENDING when none came.
    @discardableResult
    func call(
        _ command: Command,
        sequence: UInt16 = 0,
        isReplay: Bool = false,
        _ body: (inout WireWriter) -> Void
    ) -> Caller.Answer {
        let id = messageID
        var request = message(command, sequence, isReplay, isSigned: true, body)
        signing?.sign(&request)
        keep(transport.exchange(request, settles: true))
        return answers.removeValue(forKey: id) ?? Caller.Answer(status: .pending, bytes: [])
    }

    private var answers: [UInt64: Caller.Answer] = [:]

    /// The answer to an earlier call that had to wait, once it comes.
    func await(_ number: UInt64) -> Caller.Answer? {
        // Minutes, on a machine that has other things to do.
        for _ in 0..<200_000 {
            if let answer = answers.removeValue(forKey: number) { return answer }
            keep(transport.collect())
        }
        return nil
    }

    var nextMessageID: UInt64 { messageID }

    private func keep(_ replies: [[UInt8]]) {
        for reply in replies {
            let id: UInt64 = Conversation.integer(reply, at: 24)
            let status = NTStatus(rawValue: Conversation.integer(reply, at: 8))
            if id == .max {
                notifications.append(reply)
            } else if status != .pending {
                answers[id] = Caller.Answer(status: status, bytes: reply)
            }
        }
    }

    func leave() { transport.disconnect() }

    private func message(
        _ command: Command,
        _ sequence: UInt16 = 0,
        _ isReplay: Bool = false,
        isSigned: Bool = false,
        _ body: (inout WireWriter) -> Void
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.beginMessage()
        var header = Header(
            command: command,
            messageID: messageID,
            flags: isReplay ? .replay : [],
            credits: 32,
            creditCharge: 1,
            treeID: treeID,
            sessionID: sessionID
        )
        if isSigned { header.flags.insert(.signed) }
        header.channelSequence = sequence
        header.encode(to: &writer)
        body(&writer)
        messageID += 1
        return writer.finish()
    }

    private func exchange(_ message: [UInt8]) -> [UInt8] {
        transport.exchange(message, settles: true).first ?? []
    }
}

extension ClientChannel {
    /// Opens a file with a CreateGuid, and a batch oplock unless told otherwise.
    func create(
        _ name: String,
        guid: UInt128 = 1,
        oplock: OplockLevel = .batch,
        share: ShareAccess = [],
        options: CreateOptions = [],
        timeout: UInt32 = 0,
        sequence: UInt16 = 0,
        isReplay: Bool = false
    ) -> (NTStatus, CreateResponse?) {
        create(
            name,
            [
                DurableV2Request(
                    timeoutMilliseconds: timeout,
                    flags: [],
                    createGUID: GUID(rawValue: guid)
                ).context
            ],
            oplock: oplock,
            share: share,
            options: options,
            sequence: sequence,
            isReplay: isReplay
        )
    }

    func create(
        _ name: String,
        _ contexts: [CreateContext],
        oplock: OplockLevel = .batch,
        share: ShareAccess = [],
        options: CreateOptions = [],
        sequence: UInt16 = 0,
        isReplay: Bool = false
    ) -> (NTStatus, CreateResponse?) {
        let answer = call(.create, sequence: sequence, isReplay: isReplay) { writer in
            CreateRequest(
                name: name,
                desiredAccess: .fileAll,
                shareAccess: share,
                disposition: .openIf,
                options: options,
                requestedOplock: oplock,
                contexts: contexts
            ).encode(to: &writer)
        }
        return (answer.status, Self.response(answer))
    }

    static func response(_ answer: Caller.Answer?) -> CreateResponse? {
        guard let answer, answer.status == .success else { return nil }
        return try? answer.read { reader throws(WireError) in
            try CreateResponse(from: &reader)
        }
    }

    /// Takes up an open of a session that is gone.
    func reconnect(
        _ fileID: FileID,
        guid: UInt128 = 1,
        name: String,
        sequence: UInt16 = 0
    ) -> (NTStatus, CreateResponse?) {
        create(
            name,
            [
                DurableV2ReconnectRequest(
                    fileID: fileID,
                    createGUID: GUID(rawValue: guid)
                ).context
            ],
            sequence: sequence
        )
    }

    func write(
        _ byte: UInt8,
        to fileID: FileID,
        sequence: UInt16 = 0,
        isReplay: Bool = false
    ) -> NTStatus {
        call(.write, sequence: sequence, isReplay: isReplay) { writer in
            WriteRequest(fileID: fileID, offset: 0, dataLength: 4).encode(to: &writer)
            writer.write(bytes: [UInt8](repeating: byte, count: 4))
        }.status
    }

    /// The first byte of a file, or the error.
    func read(_ fileID: FileID, sequence: UInt16 = 0) -> (NTStatus, UInt8?) {
        let answer = call(.read, sequence: sequence) { writer in
            ReadRequest(fileID: fileID, offset: 0, length: 1).encode(to: &writer)
        }
        return (answer.status, answer.status == .success ? answer.bytes.last : nil)
    }

    func close(_ fileID: FileID) -> NTStatus {
        call(.close) { CloseRequest(fileID: fileID).encode(to: &$0) }.status
    }

    func lock(_ fileID: FileID, _ flags: LockRequest.Range.Flags) -> NTStatus {
        call(.lock) { writer in
            LockRequest(
                fileID: fileID,
                ranges: [.init(offset: 0, length: 10, flags: flags)]
            ).encode(to: &writer)
        }.status
    }
}
