internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// Makes further connections to a server that a session knows already.
struct ChannelMaker: Sendable {
    /// An attempt to replace a lost connection is given up sooner than the first one of a session.
    static let connectSeconds = 3
    static let handshakeSeconds = 5

    let runtime: ClientRuntime
    let address: ServerAddress
    let credentials: Credentials
    let options: ClientOptions
    /// MS-SMB2 3.2.4.1.7: all channels of a client say the same.
    let clientGUID: GUID
    let traits: ServerTraits
    let isGuest: Bool
    /// Told of channels that are found and lost, on the reactor's thread.
    let noticed: @Sendable (ChannelNews) -> Void

    /// MS-SMB2 3.2.4.1: whether the server asks for a ChannelSequence and knows of replays.
    var marksRepeats: Bool {
        traits.dialect >= .smb300
            && !traits.capabilities.isDisjoint(with: [.multiChannel, .persistentHandles])
    }

    /// MS-SMB2 3.3.5.5: sessions of guests have one channel, and 2.1 knows of no others.
    var canBind: Bool {
        traits.dialect >= .smb300 && traits.capabilities.contains(.multiChannel) && !isGuest
    }

    /// Connects and negotiates; what comes out must be what the session was made with.
    private func open(_ endpoint: Endpoint) async throws(ClientError) -> (Handshake, ServerTraits) {
        let seconds = min(Self.connectSeconds, options.timeoutSeconds)
        let link = try await runtime.openLink(
            to: endpoint,
            connectSeconds: seconds,
            timeoutSeconds: min(Self.handshakeSeconds, options.timeoutSeconds)
        )
        let handshake = Handshake(
            link: link,
            host: address.host,
            options: options,
            clientGUID: clientGUID
        )
        do throws(ClientError) {
            let found = try await handshake.negotiate()
            guard found.dialect == traits.dialect, found.cipher == traits.cipher,
                found.hasPOSIX == traits.hasPOSIX,
                found.maxTransact >= min(traits.maxTransact, Share.transactByteCountMax)
            else { throw ClientError.serverChanged }
            return (handshake, found)
        } catch {
            await link.perform { $0.fail(.closed) }
            throw error
        }
    }

    /// Another channel for the session (MS-SMB2 3.2.5.3.3).
    func bind(
        _ endpoint: Endpoint,
        to security: SessionSecurity
    ) async throws(ClientError) -> Link {
        let (handshake, found) = try await open(endpoint)
        let link = handshake.link
        do throws(ClientError) {
            // MS-SMB2 3.2.5.2: whoever answers here must be the server of the session, before it
            // hears anything of the password.
            guard found.serverGUID == security.serverGUID ?? traits.serverGUID,
                found.securityMode == traits.securityMode,
                found.capabilities == traits.capabilities
            else { throw ClientError.serverChanged }
            _ = try await handshake.authenticate(
                credentials,
                traits: found,
                time: Timestamp.now.fileTime,
                purpose: .binding(security)
            )
        } catch {
            await link.perform { $0.fail(.closed) }
            throw error
        }
        await restoreTimeout(link)
        return link
    }

    /// A new session in place of one that is lost.
    func establish(
        _ endpoint: Endpoint,
        previous: UInt64
    ) async throws(ClientError) -> (Handshake, SessionSecurity) {
        let (handshake, found) = try await open(endpoint)
        do throws(ClientError) {
            let result = try await handshake.authenticate(
                credentials,
                traits: found,
                time: Timestamp.now.fileTime,
                purpose: .fresh(previous: previous)
            )
            guard result.traits.isGuest == isGuest else { throw ClientError.serverChanged }
            result.security.serverGUID = found.serverGUID
            await restoreTimeout(handshake.link)
            return (handshake, result.security)
        } catch {
            await handshake.link.perform { $0.fail(.closed) }
            throw error
        }
    }

    private func restoreTimeout(_ link: Link) async {
        let nanoseconds = UInt64(options.timeoutSeconds) * 1_000_000_000
        await link.perform { $0.timeoutNanoseconds = nanoseconds }
    }
}

extension ClientError {
    /// A new session has to be made from the start.
    static let serverChanged = ClientError(
        .network,
        reason: "another server, or one with other settings, answers at this address now; "
            + "run the command again"
    )
}
