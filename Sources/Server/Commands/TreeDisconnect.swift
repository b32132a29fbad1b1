import SMBMessages
import Wire

/// MS-SMB2 3.3.5.8.
enum TreeDisconnect {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        _ = try TreeDisconnectRequest(from: &reader)
        guard let session = request.session, let tree = request.tree else {
            throw NTStatus.networkNameDeleted
        }
        request.connection.cancelPending(of: tree, status: .networkNameDeleted)
        session.disconnect(tree)
        TreeDisconnectResponse().encode(to: &writer)
        return .answered
    }
}
