internal import SMBMessages
internal import SMBSecurity
internal import Synchronization
internal import Wire

/// A user's authenticated connection to one server.
///
/// Every method may be called from any task. What a lost connection leaves unanswered is asked
/// again over another one; where none can be had in time it fails with an error of kind
/// `.network`, and a new session can then be made.
public final class Session: Sendable {
    /// How the session is protected, for people.
    public struct Summary: Hashable, Sendable {
        public var dialect: String
        public var isGuest: Bool
        /// The algorithm that signs every message, if one does.
        public var signing: String?
        /// The algorithm that encrypts everything, if one does.
        public var encryption: String?
    }

    public let address: ServerAddress
    public let options: ClientOptions
    let runtime: ClientRuntime
    let channels: Channels
    let traits: ServerTraits
    let sessionTraits: SessionTraits
    private let handshake: Handshake
    private let discovery: Discovery
    private let shares = Mutex<[String: Share]>([:])

    private init(
        address: ServerAddress,
        options: ClientOptions,
        runtime: ClientRuntime,
        handshake: Handshake,
        channels: Channels,
        traits: ServerTraits,
        sessionTraits: SessionTraits
    ) {
        self.address = address
        self.options = options
        self.runtime = runtime
        self.handshake = handshake
        self.channels = channels
        discovery = Discovery(channels: channels, options: options, runtime: runtime)
        self.traits = traits
        self.sessionTraits = sessionTraits
    }

    /// Connects, agrees on a dialect and authenticates. `noticed` is told of the session's
    /// channels, on the client's own thread.
    public static func connect(
        to address: ServerAddress,
        as credentials: Credentials,
        options: ClientOptions = ClientOptions(),
        runtime: ClientRuntime,
        noticed: @escaping @Sendable (ChannelNews) -> Void = { _ in }
    ) async throws(ClientError) -> Session {
        let kind: TransportKind = options.transport == .rdma ? .rdma : .tcp
        guard kind == .tcp || runtime.connector.kinds().contains(.rdma) else {
            throw ClientError.noRDMA.during("connect to \(address) by RDMA")
        }
        let link = try await runtime.openLink(
            to: Endpoint(kind, address, iwarpPort: options.iwarpPort),
            connectSeconds: options.timeoutSeconds,
            timeoutSeconds: options.timeoutSeconds
        )
        let clientGUID = GUID(rawValue: SecureRandom.integer())
        let handshake = Handshake(
            link: link,
            host: address.host,
            options: options,
            clientGUID: clientGUID
        )
        do throws(ClientError) {
            let traits = try await handshake.negotiate()
            let (sessionTraits, security) = try await handshake.authenticate(
                credentials,
                traits: traits,
                time: Timestamp.now.fileTime,
                purpose: .fresh(previous: 0)
            )
            let maker = ChannelMaker(
                runtime: runtime,
                address: address,
                credentials: credentials,
                options: options,
                clientGUID: clientGUID,
                traits: traits,
                isGuest: sessionTraits.isGuest,
                noticed: noticed
            )
            let channels = await link.perform { Channels($0, security: security, maker: maker) }
            return Session(
                address: address,
                options: options,
                runtime: runtime,
                handshake: handshake,
                channels: channels,
                traits: traits,
                sessionTraits: sessionTraits
            )
        } catch {
            await link.perform { $0.fail(.closed) }
            throw error.during("connect to \(address)")
        }
    }

    public var summary: Summary {
        Summary(
            dialect: "\(traits.dialect)",
            isGuest: sessionTraits.isGuest,
            signing: sessionTraits.isSigned ? Self.name(traits.signing) : nil,
            encryption: sessionTraits.isSealed ? traits.cipher.map(Self.name) : nil
        )
    }

    private static func name(_ algorithm: SigningAlgorithm) -> String {
        switch algorithm {
        case .hmacSHA256: "HMAC-SHA256"
        case .aes128CMAC: "AES-128-CMAC"
        case .aes128GMAC: "AES-128-GMAC"
        }
    }

    private static func name(_ algorithm: CipherAlgorithm) -> String {
        switch algorithm {
        case .aes128CCM: "AES-128-CCM"
        case .aes128GCM: "AES-128-GCM"
        case .aes256CCM: "AES-256-CCM"
        case .aes256GCM: "AES-256-GCM"
        }
    }

    /// Whether requests can still be answered.
    public var isOpen: Bool {
        get async { await channels.perform { $0.isOpen } }
    }

    /// MS-SMB2 3.2.4.2.4. A share that was connected before is used again.
    public func share(_ name: String) async throws(ClientError) -> Share {
        let key = name.lowercased()
        if let share = shares.withLock({ $0[key] }) { return share }
        let action = "use share '\(EntryName.shown(name))'"
        do throws(ClientError) {
            let share = try await connectTree(name)
            shares.withLock { $0[key] = share }
            await discovery.begin(on: share.route)
            return share
        } catch {
            throw error.during(action)
        }
    }

    private func connectTree(_ name: String) async throws(ClientError) -> Share {
        let body = TreeConnectRequest(path: "\\\\\(address.host)\\\(name)")
        var request = Request(.treeConnect) { body.encode(to: &$0) }
        // MS-SMB2 3.2.4.2.4: this proves in 3.1.1 that nobody took over the connection.
        request.mustBeSigned = true
        let reply = try await channels.exchange(request)
        let response = try reply.decode("tree connection") { reader throws(WireError) in
            try TreeConnectResponse(from: &reader)
        }
        let isSealed = response.shareFlags.contains(.encryptData) || sessionTraits.isSealed
        guard !isSealed || sessionTraits.canSeal else {
            throw ClientError(
                .unsupported,
                reason: "the share demands encryption, which this session cannot do; log on with "
                    + "a user name, and with SMB 3"
            )
        }
        let tree = TreeConnection(name: name, identifier: reply.header.treeID)
        let route = Route(tree, isSealed: isSealed)
        if shares.withLock({ $0.isEmpty }) {
            try await handshake.validate(traits, sessionTraits, route: route)
        }
        await channels.perform { $0.trees.append(tree) }
        return Share(session: self, name: name, route: route, response: response)
    }

    /// Logs off and closes the connection. Failures say nothing: the session is over either way.
    public func close() async {
        var request = Request(.logoff) { LogoffRequest().encode(to: &$0) }
        // Without a connection there is nothing to log off from.
        request.isRepeatable = false
        let isConnected = await channels.perform { !$0.links.isEmpty }
        if isConnected { _ = try? await channels.exchange(request) }
        await channels.perform { $0.close() }
        // Each share holds its session: kept here any longer, they would hold each other for ever.
        shares.withLock { $0.removeAll() }
    }
}
