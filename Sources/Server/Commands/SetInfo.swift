import FileStore
import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.21.
enum SetInfo {
    /// Create options that FileModeInformation shows and changes (MS-FSCC 2.4.31).
    static let modeOptions: UInt32 = 0x0000_003E

    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try SetInfoRequest(from: &reader)
        let open = try request.open(message.fileID)
        guard !message.input.isEmpty, message.input.count <= request.connection.transactSizeMax
        else { throw NTStatus.invalidParameter }
        try request.checkCreditCharge(payloadCount: message.input.count)
        let change = InfoChange(request: request, open: open, message: message)
        switch message.infoType {
        case .file: return try change.file(&writer)
        case .fileSystem: throw change.fileSystemRefusal
        case .security: try change.security()
        // There are no quotas (3.3.5.21.4).
        case .quota: throw NTStatus.notSupported
        default: throw NTStatus.invalidParameter
        }
        SetInfoResponse().encode(to: &writer)
        return .answered
    }
}

/// One SET_INFO with what it is about.
struct InfoChange {
    let request: Request
    let open: Open
    let message: SetInfoRequest

    var files: OpenFiles { request.connection.server.files }
    var shard: Shard { request.connection.requireShard }

    /// The structure that the request carries. Too few bytes for it are one error, fields that
    /// make no sense another.
    func decode<T: FileInformation>(_ type: T.Type = T.self) throws(NTStatus) -> T {
        guard message.input.count >= T.fixedSize else { throw .infoLengthMismatch }
        do {
            return try withReader(over: message.input) { reader throws(WireError) in
                try T(from: &reader)
            }
        } catch {
            throw .invalidParameter
        }
    }

    /// What changes the file must be let by the share, whatever the open was granted.
    func requireWritableShare() throws(NTStatus) {
        guard !open.tree.share.isReadOnly else { throw .accessDenied }
    }

    /// Classes that name something of a volume (3.3.5.21.2): none of them can be set.
    var fileSystemRefusal: NTStatus {
        switch FileSystemInformationClass(rawValue: message.informationClass) {
        case .control, .objectID, .label: .notSupported
        default: .invalidInfoClass
        }
    }
}
