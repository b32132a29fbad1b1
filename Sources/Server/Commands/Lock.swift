import FileStore
import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.14: locks and unlocks byte ranges. A single lock may wait for it; the client
/// can cancel that, and the close of the open ends it.
enum Lock {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try LockRequest(from: &reader)
        let open = try request.open(message.fileID)
        let file = try open.requireFile()
        guard !message.ranges.isEmpty else { throw NTStatus.invalidParameter }
        guard file.kind != .directory else { throw NTStatus.invalidDeviceRequest }
        let tracks = tracksSequences(request)
        if tracks, open.lockSequences.isRepeated(message.sequence) {
            LockResponse().encode(to: &writer)
            return .answered
        }
        let access: AccessMask = [.readData, .writeData, .execute, .appendData]
        guard !open.grantedAccess.isDisjoint(with: access) else { throw NTStatus.accessDenied }
        let shard = request.connection.requireShard
        let waiter = shard.server.files.makeWaiterID(on: shard)
        let elements = message.ranges.map { ByteRangeLocks.Element($0) }
        let (result, breaks) = shard.server.files.withTable {
            $0.lock(open.openID, elements, waiter: waiter)
        }
        shard.notify(breaks)
        shard.wake(result.granted)
        switch result.outcome {
        case .refused(let status):
            throw status
        case .waiting:
            try wait(request, open, waiter, sequence: tracks ? message.sequence : 0)
            return .waiting
        case .granted:
            if tracks { open.lockSequences.succeeded(message.sequence) }
            LockResponse().encode(to: &writer)
            return .answered
        }
    }

    /// MS-SMB2 3.3.5.14: sequence numbers matter where a request can arrive over two channels.
    private static func tracksSequences(_ request: Request) -> Bool {
        guard let negotiation = request.connection.negotiation else { return false }
        return negotiation.is3x && negotiation.serverCapabilities.contains(.multiChannel)
    }

    private static func wait(
        _ request: Request,
        _ open: Open,
        _ waiter: WaiterID,
        sequence: UInt32
    ) throws(NTStatus) {
        let shard = request.connection.requireShard
        let giveUp = { _ = shard.server.files.withTable { $0.cancel(waiter, open: open.openID) } }
        do {
            try request.suspend(.indefinite) { request, status in
                _ = shard.removeWaiter(waiter)
                giveUp()
                open.removeWaiting(request)
                // Whatever else ends the wait, the client learns that the lock went with its open.
                request.resume(failing: status == .cancelled ? .cancelled : .rangeNotLocked)
            }
        } catch {
            giveUp()
            throw error
        }
        open.addWaiting(request)
        shard.addWaiter(
            waiter,
            Waiter(request: request, generation: request.generation) {
                open.removeWaiting(request)
                if sequence != 0 { open.lockSequences.succeeded(sequence) }
                request.resume { writer in
                    LockResponse().encode(to: &writer)
                    return .success
                }
            }
        )
    }
}

extension ByteRangeLocks.Element {
    init(_ range: LockRequest.Range) {
        self.init(
            range: LockRange(offset: range.offset, length: range.length),
            flags: ByteRangeLocks.Flags(rawValue: range.flags.rawValue)
        )
    }
}

extension LockRequest {
    /// LockSequenceNumber and LockSequenceIndex as one field (2.2.26).
    var sequence: UInt32 { sequenceIndex << 4 | UInt32(sequenceNumber) }
}
