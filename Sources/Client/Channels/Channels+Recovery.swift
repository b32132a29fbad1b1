internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// Getting the session back when it has no connection left.
extension Channels {
    private static let pauseMilliseconds = 50
    private static let pauseMillisecondsMax = 2000

    var canRecover: Bool { (maker?.options.deadlineSeconds ?? 0) > 0 }

    /// Begins to look for a connection; whatever waits goes on when there is one, or fails when
    /// there is none by the deadline.
    func recover() {
        guard isOpen, !isRecovering else { return }
        guard canRecover, let maker else { return die(lossError) }
        isRecovering = true
        for index in ways.indices {
            if let timer = ways[index].timer { reactor.cancel(timer) }
            ways[index].timer = nil
            ways[index].pause = Way.pauseMinimum
        }
        let seconds = UInt64(maker.options.deadlineSeconds)
        deadline = reactor.schedule(after: seconds * 1_000_000_000) { [self] in
            deadline = nil
            guard links.isEmpty else { return }
            var error = lossError
            error.isFinal = true
            die(error)
        }
        maker.runtime.start { [self] in await recover(with: maker) }
    }

    private func recover(with maker: ChannelMaker) async {
        var pause = Self.pauseMilliseconds
        while true {
            // TCP first: where it works at all, it is there at once.
            let ways = await perform { channels in
                let order = channels.ways.indices.map { ($0, channels.ways[$0].endpoint) }
                return channels.isOpen
                    ? order.filter { $0.1.kind == .tcp } + order.filter { $0.1.kind == .rdma } : []
            }
            guard !ways.isEmpty else { return }
            for (index, endpoint) in ways {
                let result = await Self.outcome { () async throws(ClientError) in
                    try await restore(by: endpoint, way: index, maker)
                }
                guard case .failure(let error) = result else { return }
                let isFatal = error.kind != .network || error == .serverChanged
                await perform { channels in
                    channels.lossError = error
                    if isFatal { channels.die(error) }
                }
                if isFatal { return }
            }
            await maker.runtime.pause(milliseconds: pause)
            pause = min(pause * 2, Self.pauseMillisecondsMax)
        }
    }

    /// The same session where the server still has it, a new one with the same opens where not.
    private func restore(
        by endpoint: Endpoint,
        way index: Int,
        _ maker: ChannelMaker
    ) async throws(ClientError) {
        let old = await perform { $0.security }
        if maker.canBind {
            do throws(ClientError) {
                let link = try await maker.bind(endpoint, to: old)
                return await perform { $0.restored(link, way: index) }
            } catch {
                // The server's own words say that the session is gone, or that it was started anew.
                let isNew = error == .serverChanged && maker.options.followsRestarts
                guard error.status != nil || isNew else { throw error }
            }
        }
        let (handshake, security) = try await maker.establish(
            endpoint,
            previous: await perform { $0.latestSessionID }
        )
        let sequence = await perform { channels in
            channels.latestSessionID = security.sessionID
            return channels.sequence
        }
        await handshake.link.perform { $0.channelSequence = maker.marksRepeats ? sequence : 0 }
        do throws(ClientError) {
            let revival = Revival(link: handshake.link, maker: maker)
            let trees = try await revival.connect(await perform { $0.trees })
            if let first = trees.first {
                let traits = SessionTraits(maker)
                var server = maker.traits
                server.serverGUID = security.serverGUID ?? server.serverGUID
                try await handshake.validate(server, traits, route: Route(first.now))
            }
            let wanted = await perform { $0.opens.map { OpenFile.Wanted($0) } }
            let opens = try await revival.reopen(wanted, trees)
            await perform { channels in
                channels.adopt(security, trees, opens)
                channels.restored(handshake.link, way: index)
            }
        } catch {
            await handshake.link.perform { $0.fail(.closed) }
            throw error
        }
    }

    private func adopt(
        _ security: SessionSecurity,
        _ trees: [Revival.Tree],
        _ opens: [(OpenFile, Revival.Outcome)]
    ) {
        self.security = security
        // MS-SMB2 3.3.5.9.10: a CREATE can be answered a second time in its own session alone. What
        // the lost session may have opened goes when the new open is in its way.
        for exchange in waiting {
            for request in exchange.requests {
                request.opens?.renew(createGUID: GUID(rawValue: SecureRandom.integer()))
            }
        }
        for tree in trees { tree.old.identifier = tree.now.identifier }
        for (open, outcome) in opens {
            switch outcome {
            case .reconnected(let response): open.reconnected(response)
            case .reopened(let response, let createGUID):
                open.reopened(response, createGUID: createGUID)
            case .lost(let error): open.lose(error)
            }
        }
    }

    private func restored(_ link: Link, way index: Int) {
        guard isOpen, link.isOpen else { return link.close() }
        isRecovering = false
        recoveryCount += 1
        add(link, way: index)
        mend()
    }
}
