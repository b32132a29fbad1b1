import SMBMessages
import SMBSecurity
import Wire

/// A client of the fuzzer's server that sends what it is told, with identifiers that are right:
/// otherwise no random message would get behind the first check.
struct Conversation {
    /// How the client presents itself; the first byte of a fuzzer's input.
    struct Mode: OptionSet {
        var rawValue: UInt8

        static let authenticated = Mode(rawValue: 1)
        static let oldDialect = Mode(rawValue: 2)
        static let signed = Mode(rawValue: 4)
        static let sealed = Mode(rawValue: 8)
    }

    let mode: Mode
    let transport: LoopTransport
    var messageID: UInt64 = 0
    var sessionID: UInt64 = 0
    var trees: [UInt32] = []
    var opens: [[UInt8]] = []
    private var signing: SigningContext?
    private var cipher: CipherContext?

    init(_ mode: Mode, with server: ServerUnderTest = .shared, settles: Bool = false) {
        self.mode = mode
        transport = server.connect(settles: settles)
    }

    // MARK: Logging on

    /// NEGOTIATE, SESSION_SETUP twice, and both shares.
    mutating func logOn() {
        let dialect = mode.contains(.oldDialect) ? Dialect.smb210 : .smb311
        var hash = PreauthHash()
        let negotiate = message(.negotiate) { writer in
            NegotiateRequest(
                dialects: [dialect],
                securityMode: .signingEnabled,
                capabilities: [.largeMTU, .encryption],
                clientGUID: GUID(rawValue: 7),
                contexts: dialect != .smb311
                    ? []
                    : [
                        .preauthIntegrity(
                            hashes: [.sha512],
                            salt: [UInt8](repeating: 1, count: 32)
                        ),
                        .encryption([.aes128GCM]),
                        .signing([.aesGMAC]),
                        .posix(NegotiateContext.posixVersion),
                    ]
            ).encode(to: &writer)
        }
        hash.update(negotiate)
        hash.update(transact(negotiate))
        var client = ClientAuthenticator(
            credentials: LogonCredentials(
                user: ServerUnderTest.user,
                password: ServerUnderTest.password
            ),
            targetName: "penstock",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 5, count: 16),
            time: .zero
        )
        var token = try? client.start(with: [])
        for round in 0..<2 {
            let setup = message(.sessionSetup) { writer in
                SessionSetupRequest(
                    securityMode: .signingEnabled,
                    securityBuffer: token ?? []
                ).encode(to: &writer)
            }
            hash.update(setup)
            let reply = transact(setup)
            guard reply.count > 72 else { preconditionFailure("the server lets nobody in") }
            sessionID = Self.integer(reply, at: 40)
            guard round == 0 else { break }
            hash.update(reply)
            let offset: UInt16 = Self.integer(reply, at: 68)
            let count: UInt16 = Self.integer(reply, at: 70)
            token = try? client.respond(to: Array(reply[Int(offset)...].prefix(Int(count))))
        }
        protect(key: client.sessionKey ?? [], hash: hash, dialect: dialect)
        for path in ["\\\\penstock\\share", "\\\\penstock\\IPC$"] {
            let reply = transact(
                message(.treeConnect) { writer in
                    TreeConnectRequest(path: path).encode(to: &writer)
                }
            )
            guard reply.count >= 80, Self.integer(reply, at: 8) == UInt32.zero else {
                preconditionFailure("the server shares nothing")
            }
            trees.append(Self.integer(reply, at: 36))
        }
    }

    private mutating func protect(key: [UInt8], hash: PreauthHash, dialect: Dialect) {
        guard dialect == .smb311 else {
            signing = try? SigningContext(algorithm: .hmacSHA256, key: key)
            return
        }
        let keys = SessionKeys(authenticationKey: key, preauthHash: hash, cipher: .aes128GCM)
        signing = try? SigningContext(algorithm: .aes128GMAC, key: keys.signing)
        cipher = try? CipherContext(
            algorithm: .aes128GCM,
            sealingKey: keys.clientToServer,
            openingKey: keys.serverToClient
        )
    }

    private mutating func message(
        _ command: Command,
        _ body: (inout WireWriter) -> Void
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.beginMessage()
        Header(
            command: command,
            messageID: messageID,
            credits: 128,
            creditCharge: 1,
            sessionID: sessionID
        ).encode(to: &writer)
        body(&writer)
        messageID += 1
        return writer.finish()
    }

    // MARK: Exchanging

    /// Sends a message of our own making, signed once there is a key; returns the first answer.
    private mutating func transact(_ message: [UInt8]) -> [UInt8] {
        var signed = message
        if !trees.isEmpty || signing != nil { signing?.sign(&signed) }
        return transport.exchange(signed, settles: true).first ?? []
    }

    /// Sends a fuzzer's message, with identifiers and protection as the mode has it, and keeps
    /// what it opened. Returns the answers.
    @discardableResult
    mutating func send(_ bytes: [UInt8]) -> [[UInt8]] {
        var message = bytes
        var ranges: [Range<Int>] = []
        if mode.contains(.authenticated) { ranges = adapt(&message) }
        if mode.contains(.sealed), let cipher {
            message.insert(contentsOf: repeatElement(0, count: CipherContext.headerCount), at: 0)
            try? cipher.seal(&message, sessionID: sessionID)
        } else if mode.contains(.signed), let signing {
            for range in ranges { signing.sign(&message, in: range) }
        }
        let replies = transport.exchange(message, settles: transport.settles)
        for reply in replies { remember(reply) }
        return replies
    }

    private mutating func remember(_ reply: [UInt8]) {
        var plain = reply
        if reply.first == 0xFD, let cipher {
            var span = plain.mutableSpan
            var bytes = unsafe span.mutableBytes
            do { try cipher.open(&bytes) } catch { preconditionFailure("sealed wrongly") }
            plain.removeFirst(CipherContext.headerCount)
        }
        for range in Self.commands(of: plain) {
            let start = range.lowerBound
            guard range.count >= 152, plain[start + 12] == Command.create.rawValue,
                Self.integer(plain, at: start + 8) == UInt32.zero, opens.count < 16
            else { continue }
            opens.append(Array(plain[start + 128..<start + 144]))
        }
    }

    static func integer<T: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int) -> T {
        bytes[offset..<offset + T.bitWidth / 8].reversed().reduce(T.zero) { $0 << 8 | T($1) }
    }
}
