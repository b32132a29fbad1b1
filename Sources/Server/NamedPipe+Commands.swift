import SMBMessages
import SMBSecurity
import SMBState
import Wire

extension NamedPipe {
    /// The service behind a pipe's name, made anew so that it knows the shares of this moment.
    static func endpoint(named name: String, of server: Server) -> (any RPCEndpoint)? {
        let names = server.configuration.names
        let plain = name.split(separator: "\\").last.map { $0.lowercased() } ?? ""
        switch plain {
        case "srvsvc":
            return ServerServiceEndpoint(
                serverName: names.netBIOSName,
                comment: "Penstock",
                shares: server.configuration.shares.filter { !$0.isHidden }.map { share in
                    ServerServiceShare(
                        name: share.name,
                        kind: share.store != nil
                            ? ServerServiceShare.diskTree
                            : ServerServiceShare.interprocess | ServerServiceShare.special,
                        comment: share.comment,
                        path: share.store != nil ? "C:\\\(share.name)" : ""
                    )
                }
            )
        case "wkssvc":
            return WorkstationServiceEndpoint(
                serverName: names.netBIOSName,
                domain: names.netBIOSDomain
            )
        default:
            return nil
        }
    }

    /// CREATE on IPC$ (MS-SMB2 3.3.5.9).
    static func handleCreate(
        _ request: Request,
        _ message: CreateRequest,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard let session = request.session, let tree = request.tree else {
            throw NTStatus.networkNameDeleted
        }
        let shard = request.connection.requireShard
        guard let endpoint = endpoint(named: message.name, of: shard.server) else {
            throw NTStatus.objectNameNotFound
        }
        let access = message.desiredAccess
        let granted =
            access.contains(.maximumAllowed)
            ? AccessMask.fileAll : access.mappedForFile.intersection(.fileAll)
        let openID = shard.server.files.makeOpenID(on: shard)
        let open = session.opens.insert { handle in
            Open(
                fileID: FileID(persistent: openID.rawValue, volatile: handle),
                openID: openID,
                target: .pipe(NamedPipe(endpoint: endpoint)),
                tree: tree,
                grantedAccess: granted
            )
        }
        guard let open else { throw NTStatus.insufficientResources }
        request.createdFileID = open.fileID
        CreateResponse(
            action: .opened,
            allocationSize: 4096,
            attributes: .normal,
            fileID: open.fileID
        ).encode(to: &writer)
        return .answered
    }
}

extension Open {
    /// READ on a pipe (MS-SMB2 3.3.5.12).
    func readPipe(
        _ request: Request,
        _ message: ReadRequest,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard case .pipe(let pipe) = target else { throw NTStatus.invalidDeviceRequest }
        try require(.readData)
        guard let piece = pipe.read(countMax: Int(message.length)) else {
            // Answers are there as soon as their request is: there is nothing to wait for.
            throw pipe.isBroken ? NTStatus.pipeDisconnected : .pipeEmpty
        }
        ReadResponse(dataLength: piece.bytes.count).encode(to: &writer)
        writer.write(bytes: piece.bytes)
        return piece.isPartial ? .answeredWith(.bufferOverflow) : .answered
    }

    /// WRITE on a pipe (MS-SMB2 3.3.5.13).
    func writePipe(
        _ request: Request,
        _ message: WriteRequest,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard case .pipe(let pipe) = target else { throw NTStatus.invalidDeviceRequest }
        try require(.writeData)
        let bytes = try request.withPayload(
            offset: message.dataOffset,
            count: message.dataLength
        ) { span in
            var copy = WireWriter()
            copy.write(bytes: span)
            return copy.finish()
        }
        try pipe.write(bytes)
        WriteResponse(count: UInt32(bytes.count)).encode(to: &writer)
        return .answered
    }
}
