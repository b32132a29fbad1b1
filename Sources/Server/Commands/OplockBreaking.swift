import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.22: a client says that it has given up what the server took back.
enum OplockBreaking {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        switch try BreakAcknowledgment(from: &reader) {
        case .oplock(let message): try acknowledge(message, request, &writer)
        case .lease(let message): try acknowledge(message, request, &writer)
        }
    }

    /// 3.3.5.22.1.
    private static func acknowledge(
        _ message: OplockBreakAcknowledgment,
        _ request: Request,
        _ writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        let open = try request.open(message.fileID)
        let shard = request.connection.requireShard
        let result = shard.server.files.withTable {
            $0.acknowledgeOplock(open.openID, level: message.level.rawValue)
        }
        shard.notify(result.breaks)
        shard.wake(result.woken)
        guard result.status == .success else { throw result.status }
        let level = OplockLevel(rawValue: result.held.oplockLevel)
        OplockBreakResponse(level: level, fileID: open.fileID).encode(to: &writer)
        return .answered
    }

    /// 3.3.5.22.2.
    private static func acknowledge(
        _ message: LeaseBreakAcknowledgment,
        _ request: Request,
        _ writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        guard let client = request.connection.negotiation?.clientGUID else {
            throw .objectNameNotFound
        }
        let shard = request.connection.requireShard
        let lease = LeaseID(client: client.rawValue, key: message.key.rawValue)
        let result = shard.server.files.withTable {
            $0.acknowledgeLease(lease, state: Caching(rawValue: message.state.rawValue))
        }
        shard.notify(result.breaks)
        shard.wake(result.woken)
        for openID in shard.server.files.withTable({ $0.opens(of: lease) }) {
            if let open = shard.opens[openID], open.isReplayEligible {
                open.endReplayEligibility()
            }
        }
        guard result.status == .success else { throw result.status }
        let state = LeaseState(rawValue: result.held.rawValue)
        LeaseBreakResponse(key: message.key, state: state).encode(to: &writer)
        return .answered
    }
}
