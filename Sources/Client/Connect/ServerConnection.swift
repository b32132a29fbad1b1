/// A server that is connected when it is needed, and again when the connection was lost.
public actor ServerConnection {
    public nonisolated let address: ServerAddress
    public nonisolated let options: ClientOptions
    private nonisolated let credentials: Credentials
    private nonisolated let runtime: ClientRuntime
    private nonisolated let reconnecting: @Sendable (ClientError) -> Void
    private nonisolated let noticed: @Sendable (ChannelNews) -> Void
    private var pending: Task<Result<Session, ClientError>, Never>?
    private var session: Session?

    /// `reconnecting` is told why the session is made again, and `noticed` of its channels.
    public init(
        to address: ServerAddress,
        as credentials: Credentials,
        options: ClientOptions,
        runtime: ClientRuntime,
        reconnecting: @escaping @Sendable (ClientError) -> Void = { _ in },
        noticed: @escaping @Sendable (ChannelNews) -> Void = { _ in }
    ) {
        self.address = address
        self.credentials = credentials
        self.options = options
        self.runtime = runtime
        self.reconnecting = reconnecting
        self.noticed = noticed
    }

    /// The session that is there, or a new one; several callers share one attempt.
    public func connected() async throws(ClientError) -> Session {
        if let session {
            if await session.isOpen { return session }
            if self.session === session { self.session = nil }
        }
        let attempt = pending ?? startAttempt()
        let result = await attempt.value
        if pending == attempt { pending = nil }
        let session = try result.get()
        self.session = session
        return session
    }

    private func startAttempt() -> Task<Result<Session, ClientError>, Never> {
        let (address, credentials, options, runtime) = (address, credentials, options, runtime)
        let noticed = noticed
        let attempt = runtime.start { () async -> Result<Session, ClientError> in
            do throws(ClientError) {
                return .success(
                    try await Session.connect(
                        to: address,
                        as: credentials,
                        options: options,
                        runtime: runtime,
                        noticed: noticed
                    )
                )
            } catch {
                return .failure(error)
            }
        }
        pending = attempt
        return attempt
    }

    public func close() async {
        if let session { await session.close() }
        session = nil
    }

    /// Runs `body` with a share, and again after the connection was lost, a bounded number of
    /// times with growing pauses. `body` decides where to go on.
    public nonisolated func withShare<Value: Sendable>(
        _ name: String,
        _ body: (Share) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        var attempt = 0
        var wasConnected = false
        while true {
            do throws(ClientError) {
                let share = try await connected().share(name)
                wasConnected = true
                return try await body(share)
            } catch {
                // A server that was never reached is an error of the command line.
                guard error.kind == .network, !error.isFinal, wasConnected,
                    attempt < options.reconnectsMax,
                    !Task.isCancelled
                else { throw error }
                attempt += 1
                reconnecting(error)
                await runtime.pause(milliseconds: 250 << attempt)
            }
        }
    }
}
