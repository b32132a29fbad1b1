public import Reactor

/// The thread that all connections of a program live on, and the threads that wait for its disks.
public final class ClientRuntime: Sendable {
    /// Threads for local files; reading and writing one file keeps two of them busy.
    private static let fileThreadCount = 4

    let reactor: Reactor
    let files: FileIOPool
    let connector: any TransportConnector
    /// Where tasks run that no caller waits in; nil for the global pool.
    let executor: (any TaskExecutor)?
    /// For tasks that read and write in small pieces and do little else: on the thread of the
    /// connections, the answer to a request wakes no other one. What such a task computes holds up
    /// all connections.
    public let connectionExecutor: any TaskExecutor
    /// The reactor and the pool are this runtime's own.
    private let ownsThreads: Bool

    public init(connector: any TransportConnector) throws(ClientError) {
        do {
            reactor = try Reactor(name: "client")
        } catch {
            throw ClientError(.local, reason: "no event loop can be made: \(error)")
        }
        connectionExecutor = ReactorExecutor(reactor)
        files = FileIOPool(threadCount: Self.fileThreadCount)
        self.connector = connector
        executor = nil
        ownsThreads = true
        reactor.start()
    }

    /// Uses what the caller drives: a simulation runs both ends on one thread by a clock of its
    /// own. Every task that the client starts by itself runs on `executor`, and it waits by the
    /// timers of `reactor` alone.
    public init(
        connector: any TransportConnector,
        reactor: Reactor,
        files: FileIOPool,
        executor: (any TaskExecutor)?
    ) {
        self.reactor = reactor
        self.files = files
        self.connector = connector
        self.executor = executor
        connectionExecutor = executor ?? ReactorExecutor(reactor)
        ownsThreads = false
    }

    /// Ends the threads, if they are the runtime's own. Every session must be closed before.
    public func stop() {
        guard ownsThreads else { return }
        files.stop()
        reactor.stop()
    }

    /// A task that nobody who started it waits in.
    @discardableResult
    func start<Value: Sendable>(
        _ body: @escaping @Sendable () async -> Value
    ) -> Task<Value, Never> {
        Task(executorPreference: executor) { await body() }
    }

    /// Waits by the reactor's clock; ends early when the task is cancelled.
    func pause(milliseconds: Int) async {
        let timer = PauseTimer()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reactor.post { [reactor] in
                    timer.start(continuation, on: reactor, milliseconds: milliseconds)
                }
            }
        } onCancel: { [reactor] in
            reactor.post { timer.end(on: reactor) }
        }
    }

    /// A new link to the server.
    func openLink(
        to endpoint: Endpoint,
        connectSeconds: Int,
        timeoutSeconds: Int
    ) async throws(ClientError) -> Link {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Link, ClientError>, Never>) in
            connector.connect(
                to: endpoint,
                on: reactor,
                files: files,
                timeoutNanoseconds: UInt64(connectSeconds) * 1_000_000_000
            ) { [reactor] result in
                continuation.resume(
                    returning: result.map {
                        Link(
                            reactor: reactor,
                            transport: $0,
                            endpoint: endpoint,
                            timeoutSeconds: timeoutSeconds
                        )
                    }.mapError { ClientError(connecting: endpoint, $0) }
                )
            }
        }
        return try result.get()
    }
}
