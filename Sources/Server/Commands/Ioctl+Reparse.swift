import FileStore
import SMBMessages
import Wire

extension FileControl {
    /// MS-FSA 2.1.5.10.14.
    func getReparsePoint(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let metadata = try file.metadata()
        let point: ReparsePoint
        switch file.kind {
        case .symbolicLink:
            let target = try file.symbolicLinkTarget()
            let windows = String(target.map { $0 == "/" ? "\\" : $0 })
            point = .symbolicLink(
                substitute: windows,
                print: windows,
                isRelative: !target.hasPrefix("/")
            )
        case .fifo:
            point = .nfs(type: ReparsePoint.nfsFIFO, data: [])
        case .socket:
            point = .nfs(type: ReparsePoint.nfsSocket, data: [])
        case .characterDevice, .blockDevice:
            let isBlock = file.kind == .blockDevice
            var numbers = WireWriter()
            numbers.write(metadata.deviceMajor)
            numbers.write(metadata.deviceMinor)
            point = .nfs(
                type: isBlock ? ReparsePoint.nfsBlockDevice : ReparsePoint.nfsCharacterDevice,
                data: numbers.finish()
            )
        case .file, .directory:
            throw NTStatus.notAReparsePoint
        }
        let response = response { point.encode(to: &$0) }
        guard response.output.count <= outputMax else { throw NTStatus.bufferTooSmall }
        response.encode(to: &writer)
        return .answered
    }

    /// MS-FSA 2.1.5.10.33: the empty file becomes a symbolic link. Targets are kept as they are
    /// written; where they lead is checked when they are followed.
    func setReparsePoint(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        try requireWritableShare()
        guard !open.grantedAccess.isDisjoint(with: [.writeData, .writeAttributes]) else {
            throw NTStatus.accessDenied
        }
        let point: ReparsePoint
        do {
            point = try withReader(over: message.input) { reader throws(WireError) in
                try ReparsePoint(from: &reader)
            }
        } catch {
            throw NTStatus.ioReparseDataInvalid
        }
        guard let store = open.tree.share.store,
            store.capabilities.contains(.symbolicLinks)
        else { throw NTStatus.notSupported }
        let target = try Self.target(of: point)
        guard !target.isEmpty else { throw NTStatus.ioReparseDataInvalid }
        try file.makeSymbolicLink(to: target)
        return answer(&writer)
    }

    private static func target(of point: ReparsePoint) throws(NTStatus) -> String {
        switch point {
        case .symbolicLink(let substitute, _, true):
            return String(substitute.map { $0 == "\\" ? "/" : $0 })
        case .lxSymbolicLink(let target):
            guard let text = String(validating: target, as: UTF8.self) else {
                throw .ioReparseDataInvalid
            }
            return text
        case .nfs(ReparsePoint.nfsSymbolicLink, let data):
            let text = try? withReader(over: data) { reader throws(WireError) in
                try reader.readUTF16(byteCount: reader.remaining)
            }
            guard let text else { throw .ioReparseDataInvalid }
            return text
        case .symbolicLink:
            // An absolute target names a drive or a server, which mean nothing here.
            throw .notSupported
        default:
            throw .ioReparseTagNotHandled
        }
    }
}
