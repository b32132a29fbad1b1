import FileStore
import Reactor
import SMBMessages
import Wire

/// MS-SMB2 3.3.5.11: waits for the disk on a thread that may.
enum Flush {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try FlushRequest(from: &reader)
        let open = try request.open(message.fileID)
        guard case .file(let file) = open.target else {
            FlushResponse().encode(to: &writer)
            return .answered
        }
        let writing: AccessMask = [.writeData, .appendData]
        guard !open.grantedAccess.isDisjoint(with: writing) else { throw NTStatus.accessDenied }
        let isFull = message.reserved == FlushRequest.fullSync
        if request.needsPayloadInline {
            try file.flush(fullSync: isFull)
            FlushResponse().encode(to: &writer)
            return .answered
        }
        let connection = request.connection
        try request.suspend(.brief)
        let isTaken = connection.server.pool.submit(for: connection.reactor) {
            () -> NTStatus in
            do throws(NTStatus) {
                try file.flush(fullSync: isFull)
                return .success
            } catch {
                return error
            }
        } completion: { status in
            request.resume { writer throws in
                guard status == .success else { throw status }
                FlushResponse().encode(to: &writer)
                return .success
            }
        }
        guard isTaken else {
            request.unsuspend()
            throw NTStatus.insufficientResources
        }
        return .waiting
    }
}
