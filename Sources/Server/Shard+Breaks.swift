import Reactor
import SMBMessages
import SMBState
import Wire

/// Telling clients what they may cache from now on (MS-SMB2 3.3.4.6, 3.3.4.7). Without an answer in
/// time, or without a client, nothing is cached any more.
extension Shard {
    /// The thread that a notification belongs to: the client's for a lease, which is its client's
    /// as a whole; the open's for an oplock.
    func home(of notification: CacheBreak) -> Int {
        switch notification.target {
        case .lease(let lease, via: let open):
            server.shardIndex(serving: GUID(rawValue: lease.client)) ?? home(of: open)
        case .oplock(let open):
            home(of: open)
        }
    }

    /// The thread that an open lives on: where it was made, until it went along with its client.
    private func home(of open: OpenID) -> Int {
        server.durables.withTable { $0.home(of: open) }
            ?? OpenFiles.shardIndex(of: open.rawValue)
    }

    func deliver(_ notification: CacheBreak) {
        let isSent =
            switch notification.target {
            case .oplock(let open): sendOplockBreak(notification, of: open)
            case .lease(let lease, via: _): sendLeaseBreak(notification, of: lease)
            }
        guard isSent else {
            purge(notification)
            return expire(notification)
        }
        guard notification.needsAcknowledgment else { return }
        let limit = server.configuration.limits.oplockBreakTimeoutNanoseconds
        _ = reactor.schedule(after: limit) { [self] in expire(notification) }
    }

    /// What may have gone out on a connection that is lost goes out on another; its time runs on.
    func repeatBreaks(to client: GUID) {
        for session in allSessions
        where session.negotiation?.clientGUID == client && !session.channels.isEmpty {
            repeatBreaks(of: session)
        }
    }

    private func repeatBreaks(of session: Session) {
        for open in session.opens.elements {
            let openID = open.openID
            let unanswered = server.files.withTable { $0.unansweredBreak(of: openID) }
            guard let unanswered else { continue }
            switch unanswered.target {
            case .oplock(let open): _ = sendOplockBreak(unanswered, of: open)
            case .lease(let lease, via: _): _ = sendLeaseBreak(unanswered, of: lease)
            }
        }
    }

    private func expire(_ notification: CacheBreak) {
        wake(server.files.withTable { $0.timeOut(notification) })
    }

    /// Nobody is there to answer: what waits for its client goes.
    private func purge(_ notification: CacheBreak) {
        var waiting: [OpenID]
        switch notification.target {
        case .oplock(let open): waiting = [open]
        case .lease(let lease, via: _): waiting = server.files.withTable { $0.opens(of: lease) }
        }
        for openID in waiting {
            let home = server.shards[home(of: openID)]
            if home === self {
                closeIfDisconnected(openID)
            } else {
                home.post { $0.closeIfDisconnected(openID) }
            }
        }
    }

    private func closeIfDisconnected(_ openID: OpenID) {
        if let open = opens[openID], open.session == nil { open.close() }
    }

    // MARK: Sending

    private func sendOplockBreak(_ notification: CacheBreak, of openID: OpenID) -> Bool {
        guard let open = opens[openID], let session = open.session,
            let connection = session.channels.first(where: { !$0.connection.isClosed })?
                .connection
        else { return false }
        connection.sendNotification(on: session) { writer in
            OplockBreakNotification(
                level: OplockLevel(rawValue: notification.to.oplockLevel),
                fileID: open.fileID
            ).encode(to: &writer)
        }
        return true
    }

    /// Any connection of the client will do: the lease is the client's, not a session's.
    private func sendLeaseBreak(_ notification: CacheBreak, of lease: LeaseID) -> Bool {
        guard let (connection, session) = connection(of: GUID(rawValue: lease.client)) else {
            return false
        }
        connection.sendNotification(on: session) { writer in
            LeaseBreakNotification(
                key: GUID(rawValue: lease.key),
                currentState: LeaseState(rawValue: notification.from.rawValue),
                newState: LeaseState(rawValue: notification.to.rawValue),
                newEpoch: notification.epoch,
                isAcknowledgmentRequired: notification.needsAcknowledgment
            ).encode(to: &writer)
        }
        return true
    }
}
