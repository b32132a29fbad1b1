import FileStore
import SMBMessages
import Wire

/// MS-SMB2 3.3.5.20.
enum QueryInfo {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try QueryInfoRequest(from: &reader)
        let open = try request.open(message.fileID)
        let limit = Int(message.outputBufferLength)
        guard limit <= request.connection.transactSizeMax else {
            throw NTStatus.invalidParameter
        }
        try request.checkCreditCharge(payloadCount: max(limit, message.input.count))
        let query = InfoQuery(request: request, open: open, message: message, limit: limit)
        switch message.infoType {
        case .file: return try query.file(&writer)
        case .fileSystem: return try query.fileSystem(&writer)
        case .security: return try query.security(&writer)
        // There are no quotas (3.3.5.20.4).
        case .quota: throw NTStatus.notSupported
        default: throw NTStatus.invalidParameter
        }
    }
}

/// One QUERY_INFO with what it is about.
struct InfoQuery {
    let request: Request
    let open: Open
    let message: QueryInfoRequest
    /// Bytes that the client takes.
    let limit: Int

    /// Writes one structure. Fewer bytes than `minimum` for it are an error, fewer than it needs
    /// cut its name off (3.3.5.20.1).
    func write(
        minimum: Int,
        to writer: inout WireWriter,
        _ body: (inout WireWriter) -> Void
    ) throws(NTStatus) -> Connection.Result {
        guard limit >= minimum else { throw .infoLengthMismatch }
        var isCutOff = false
        OutputBufferResponse.encode(to: &writer) { writer in
            let start = writer.count
            body(&writer)
            // Windows measures its structures with the padding at their end.
            let size = writer.count - start
            if size < minimum { writer.write(zeros: minimum - size) }
            if writer.count - start > limit {
                writer.truncate(to: start + limit)
                isCutOff = true
            }
        }
        return isCutOff ? .answeredWith(.bufferOverflow) : .answered
    }

    func write<T: FileInformation>(
        _ value: T,
        minimum: Int = T.fixedSize,
        to writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        try write(minimum: minimum, to: &writer) { value.encode(to: &$0) }
    }

    func write<T: FileSystemInformation>(
        _ value: T,
        minimum: Int = T.fixedSize,
        to writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        try write(minimum: minimum, to: &writer) { value.encode(to: &$0) }
    }
}
