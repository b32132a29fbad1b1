internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// Makes the trees and opens of a lost session again, on the first connection of a new one.
struct Revival: Sendable {
    /// A tree, and what it is called in the new session.
    struct Tree: Sendable {
        var old: TreeConnection
        var now: TreeConnection
    }

    enum Outcome: Sendable {
        /// The server has kept the open.
        case reconnected(CreateResponse)
        /// The same file was opened again.
        case reopened(CreateResponse, createGUID: GUID)
        case lost(ClientError)
    }

    let link: Link
    let maker: ChannelMaker

    func connect(_ trees: [TreeConnection]) async throws(ClientError) -> [Tree] {
        var connected: [Tree] = []
        for tree in trees {
            let body = TreeConnectRequest(path: "\\\\\(maker.address.host)\\\(tree.name)")
            var request = Request(.treeConnect) { body.encode(to: &$0) }
            request.mustBeSigned = true
            let reply = try await link.exchange(request)
            try reply.check()
            let now = TreeConnection(name: tree.name, identifier: reply.header.treeID)
            connected.append(Tree(old: tree, now: now))
        }
        return connected
    }

    func reopen(
        _ opens: [OpenFile.Wanted],
        _ trees: [Tree]
    ) async throws(ClientError) -> [(OpenFile, Outcome)] {
        var outcomes: [(OpenFile, Outcome)] = []
        for wanted in opens {
            let tree = trees.first { $0.old === wanted.open.route.tree }
            guard let tree else {
                outcomes.append((wanted.open, .lost(.interrupted)))
                continue
            }
            let route = Route(tree.now, isSealed: wanted.open.route.isSealed)
            outcomes.append((wanted.open, try await reopen(wanted, route)))
        }
        return outcomes
    }

    /// MS-SMB2 3.2.4.4; then by name, if it is still the same file.
    private func reopen(
        _ wanted: OpenFile.Wanted,
        _ route: Route
    ) async throws(ClientError) -> Outcome {
        for reconnection in wanted.reconnections {
            let reply = try await link.exchange(
                Request(.create, route: route) { reconnection.encode(to: &$0) }
            )
            if reply.status == .success { return .reconnected(try Share.created(reply)) }
        }
        guard let again = wanted.again else { return .lost(.interrupted) }
        let reply = try await link.exchange(
            Request(.create, route: route) { again.encode(to: &$0) }
        )
        guard reply.status == .success else { return .lost(.interrupted) }
        let response = try Share.created(reply)
        let open = wanted.open
        guard await link.perform({ _ in open.isSame(response) }) else {
            _ = try await link.exchange(Share.close(response.fileID, route: route))
            return .lost(.changedMeanwhile)
        }
        return .reopened(response, createGUID: wanted.createGUID)
    }
}

extension OpenFile {
    /// What to ask the server for, to have an open back.
    struct Wanted: Sendable {
        let open: OpenFile
        let reconnections: [CreateRequest]
        let again: CreateRequest?
        /// Of `again`.
        let createGUID: GUID

        init(_ open: OpenFile) {
            self.open = open
            createGUID = GUID(rawValue: SecureRandom.integer())
            reconnections = open.isDurable ? open.reconnections : []
            again =
                open.isForReading || open.goesByNumber
                ? open.again(createGUID: createGUID) : nil
        }
    }
}
