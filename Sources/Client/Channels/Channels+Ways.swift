internal import Reactor
internal import SMBMessages
internal import Transport

/// Looking for connections while there is one at least.
extension Channels {
    /// Bulk data that moved so short ago makes a better channel worth looking for.
    static let busyNanoseconds: UInt64 = 5_000_000_000

    var isBusy: Bool { requestCount > 0 || reactor.now - lastBulk < Self.busyNanoseconds }

    /// Enters further ways to the server; those that are known already stay as they are.
    func learn(_ found: [Way]) {
        guard isOpen else { return }
        for way in found where !ways.contains(where: { $0.endpoint == way.endpoint }) {
            ways.append(way)
            tryWay(ways.count - 1)
        }
    }

    /// The first connection of a session is there before anything is known of its interface.
    func learnSpeeds(in list: [NetworkInterface]) {
        for index in ways.indices {
            guard let link = ways[index].link,
                let speed = InterfaceChoice.bitsPerSecond(
                    of: link.transport.peerDescription,
                    in: list
                )
            else { continue }
            ways[index].bitsPerSecond = speed
            link.bitsPerSecond = speed
        }
    }

    /// Bulk data begins to move: ways that were left alone for long are tried at once.
    func stir() {
        lastBulk = reactor.now
        for index in ways.indices where ways[index].pause > Way.pauseMaximumBusy {
            guard let timer = ways[index].timer else { continue }
            reactor.cancel(timer)
            ways[index].timer = nil
            ways[index].pause = Way.pauseMinimum
        }
        mend()
    }

    /// Tries every way without a connection after its pause.
    func mend() {
        guard isOpen, !isRecovering, let maker, maker.canBind else { return }
        for index in ways.indices {
            let way = ways[index]
            guard way.link == nil, way.timer == nil, !way.isConnecting else { continue }
            ways[index].timer = reactor.schedule(after: way.pause) { [self] in
                ways[index].timer = nil
                tryWay(index)
            }
        }
    }

    private func tryWay(_ index: Int) {
        guard isOpen, !isRecovering, ways[index].link == nil, !ways[index].isConnecting,
            let maker
        else { return }
        ways[index].isConnecting = true
        let (endpoint, security) = (ways[index].endpoint, security)
        maker.runtime.start { [self] in
            let result = await Self.outcome { () async throws(ClientError) in
                try await maker.bind(endpoint, to: security)
            }
            await perform { $0.tried(index, security, result) }
        }
    }

    private func tried(
        _ index: Int,
        _ used: SessionSecurity,
        _ result: Result<Link, ClientError>
    ) {
        ways[index].isConnecting = false
        switch result {
        case .success(let link):
            // The session may be over, or another one, by now.
            guard isOpen, used === security, !isRecovering, ways[index].link == nil else {
                return link.close()
            }
            add(link, way: index)
        case .failure(let error):
            ways[index].pause = pause(after: error, of: ways[index])
            maker?.noticed(.refused(ways[index].endpoint, error))
        }
        settleWaits()
        mend()
    }

    /// A server that says no is not asked again soon.
    private func pause(after error: ClientError, of way: Way) -> UInt64 {
        guard error.kind == .network, error.status == nil else { return Way.pauseMaximumIdle }
        return min(way.pause * 2, isBusy ? Way.pauseMaximumBusy : Way.pauseMaximumIdle)
    }

    func endWays() {
        isRecovering = false
        for index in ways.indices {
            if let timer = ways[index].timer { reactor.cancel(timer) }
            ways[index].timer = nil
            ways[index].link = nil
        }
        if let deadline { reactor.cancel(deadline) }
        deadline = nil
        settleWaits()
    }

    static func outcome<Value: Sendable>(
        _ body: () async throws(ClientError) -> Value
    ) async -> Result<Value, ClientError> {
        do throws(ClientError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

/// Waiting for the first attempts, so that a copy begins on the best channel.
extension Channels {
    /// Whether an attempt to reach the server by RDMA is under way for the first time.
    private var isFirstAttempt: Bool {
        isOpen && ways.contains { $0.endpoint.kind == .rdma && $0.isConnecting }
            && !links.contains { $0.endpoint.kind == .rdma }
    }

    /// Calls `body` when the first attempts are over, or after some time.
    func whenReady(within nanoseconds: UInt64, _ body: @escaping @Sendable () -> Void) {
        guard isFirstAttempt else { return body() }
        let wait = FirstWait(body)
        firstWaits.append(wait)
        _ = reactor.schedule(after: nanoseconds) { wait.end() }
    }

    func settleWaits() {
        guard !firstWaits.isEmpty, !isFirstAttempt else { return }
        let waits = firstWaits
        firstWaits.removeAll()
        for wait in waits { wait.end() }
    }
}

/// Somebody who waits for the first attempts, and is told once.
final class FirstWait {
    private var body: (@Sendable () -> Void)?

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func end() {
        let body = body
        self.body = nil
        body?()
    }
}
