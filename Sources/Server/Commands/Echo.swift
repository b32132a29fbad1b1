import SMBMessages
import Wire

/// MS-SMB2 3.3.5.17.
enum Echo {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        _ = try EchoRequest(from: &reader)
        EchoResponse().encode(to: &writer)
        return .answered
    }
}
