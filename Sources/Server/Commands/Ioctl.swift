import FileStore
import SMBMessages
import Wire

/// MS-SMB2 3.3.5.15.
enum Ioctl {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try IoctlRequest(from: &reader)
        guard message.flags == IoctlRequest.isFileSystemControl else {
            throw NTStatus.notSupported
        }
        let sizeMax = request.connection.transactSizeMax
        let input = Int(message.maximumInputResponse)
        let output = Int(message.maximumOutputResponse)
        guard message.input.count <= sizeMax, input <= sizeMax, output <= sizeMax else {
            throw NTStatus.invalidParameter
        }
        try request.checkCreditCharge(
            payloadCount: max(message.input.count + Int(message.outputCount), input + output)
        )
        switch message.controlCode {
        case .dfsGetReferrals, .dfsGetReferralsExtended, .queryNetworkInterfaceInfo,
            .validateNegotiateInfo, .pipeWait:
            return try ServerControl(request: request, message: message).handle(&writer)
        default:
            let open = try request.open(message.fileID)
            let control = FileControl(request: request, open: open, message: message)
            if case .pipe(let pipe) = open.target { return try control.pipe(pipe, &writer) }
            return try control.handle(try open.requireFile(), &writer)
        }
    }
}

/// One IOCTL on an open.
struct FileControl {
    let request: Request
    let open: Open
    let message: IoctlRequest

    var outputMax: Int { Int(message.maximumOutputResponse) }
    var files: OpenFiles { request.connection.server.files }
    var shard: Shard { request.connection.requireShard }

    /// Answers with what `body` writes as the output.
    func answer(
        _ writer: inout WireWriter,
        _ body: (inout WireWriter) -> Void = { _ in }
    ) -> Connection.Result {
        response(body).encode(to: &writer)
        return .answered
    }

    func response(_ body: (inout WireWriter) -> Void = { _ in }) -> IoctlResponse {
        var output = WireWriter()
        body(&output)
        return IoctlResponse(
            controlCode: message.controlCode,
            fileID: open.fileID,
            output: output.finish()
        )
    }

    /// The structure that the input holds.
    func decode<T>(
        _ body: (inout WireReader) throws(WireError) -> T
    ) throws(NTStatus) -> T {
        do {
            return try withReader(over: message.input, body)
        } catch {
            throw .invalidParameter
        }
    }

    func requireWritableShare() throws(NTStatus) {
        guard !open.tree.share.isReadOnly else { throw .accessDenied }
    }

    func handle(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        switch message.controlCode {
        case .requestResumeKey:
            return try resumeKey(&writer)
        case .copyChunk, .copyChunkWrite:
            return try copyChunks(into: file, &writer)
        case .duplicateExtents, .duplicateExtentsExtended:
            return try duplicateExtents(into: file, &writer)
        case .setZeroData:
            return try setZeroData(file, &writer)
        case .setSparse:
            return try setSparse(file, &writer)
        case .queryAllocatedRanges:
            return try queryAllocatedRanges(file, &writer)
        case .queryFileRegions:
            return try queryFileRegions(file, &writer)
        case .fileLevelTrim:
            return try trim(file, &writer)
        case .getReparsePoint:
            return try getReparsePoint(file, &writer)
        case .setReparsePoint:
            return try setReparsePoint(file, &writer)
        case .deleteReparsePoint:
            throw file.kind == .symbolicLink ? NTStatus.accessDenied : .notAReparsePoint
        case .createOrGetObjectID, .getObjectID:
            return try objectID(file, &writer)
        case .enumerateSnapshots:
            return try snapshots(&writer)
        case .getCompression:
            guard outputMax >= 2 else { throw NTStatus.invalidParameter }
            return answer(&writer) { $0.write(UInt16(0)) }
        case .setCompression:
            return try setCompression(&writer)
        case .isPathnameValid:
            return answer(&writer)
        case .pipePeek, .pipeTransceive, .readHash:
            throw NTStatus.notSupported
        default:
            throw NTStatus.invalidDeviceRequest
        }
    }

    /// MS-SMB2 3.3.5.15.1: there are no previous versions.
    private func snapshots(_ writer: inout WireWriter) throws -> Connection.Result {
        guard outputMax >= 16 else { throw NTStatus.invalidParameter }
        return answer(&writer) {
            SnapshotArray(totalCount: 0, names: [], arraySize: 4).encode(to: &$0)
        }
    }

    /// COMPRESSION_FORMAT_NONE is what every file has; no other can be had.
    private func setCompression(_ writer: inout WireWriter) throws -> Connection.Result {
        guard open.grantedAccess.isSuperset(of: [.readData, .writeData]) else {
            throw NTStatus.accessDenied
        }
        let format = try decode { reader throws(WireError) in try reader.read(UInt16.self) }
        guard format == 0 else {
            throw format <= 2 ? NTStatus.notSupported : .invalidParameter
        }
        return answer(&writer)
    }

    /// Made from what names the file anyway, so it needs no room of its own.
    private func objectID(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard outputMax >= ObjectIDBuffer.fixedSize else { throw NTStatus.invalidParameter }
        let identity = file.identity
        let object = GUID(rawValue: UInt128(identity.device) << 64 | UInt128(identity.inode))
        let volume = try open.tree.share.store?.volume().identifier ?? .zero
        return answer(&writer) {
            ObjectIDBuffer(
                objectID: object,
                birthVolumeID: volume,
                birthObjectID: object,
                domainID: .zero
            ).encode(to: &$0)
        }
    }
}
