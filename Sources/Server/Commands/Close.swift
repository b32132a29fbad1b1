import FileStore
import SMBMessages
import Wire

/// MS-SMB2 3.3.5.10.
enum Close {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try CloseRequest(from: &reader)
        let open = try request.open(message.fileID)
        var response = CloseResponse()
        if message.flags.contains(.postQueryAttributes), let file = open.file,
            let metadata = try? file.metadata()
        {
            response = CloseResponse(flags: .postQueryAttributes, metadata: metadata)
        }
        open.close()
        response.encode(to: &writer)
        return .answered
    }
}

extension CloseResponse {
    init(flags: CloseRequest.Flags, metadata: FileMetadata) {
        self.init(flags: flags, attributes: metadata.attributes)
        creationTime = metadata.creationTime
        lastAccessTime = metadata.lastAccessTime
        lastWriteTime = metadata.lastWriteTime
        changeTime = metadata.changeTime
        allocationSize = metadata.allocationSize
        endOfFile = metadata.endOfFile
    }
}
