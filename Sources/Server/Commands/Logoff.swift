import SMBMessages
import Wire

/// MS-SMB2 3.3.5.6: the session ends once the answer, signed with its key, is on its way.
enum Logoff {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        _ = try LogoffRequest(from: &reader)
        guard let session = request.session else { throw NTStatus.userSessionDeleted }
        session.closeOpens()
        for tree in session.allTrees { session.disconnect(tree) }
        request.afterReply = .endSession(session)
        LogoffResponse().encode(to: &writer)
        return .answered
    }
}
