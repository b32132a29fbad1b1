internal import SMBMessages
internal import Wire

extension Share {
    /// What the server tells of a path; links are not followed.
    public func stat(_ path: RemotePath) async throws(ClientError) -> FileFacts {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .openReparsePoint
        )
        let query = QueryInfoRequest(
            infoType: .file,
            informationClass: FileInformationClass.internal.rawValue,
            outputBufferLength: UInt32(InternalInformation.fixedSize),
            fileID: .previous
        )
        let tag = QueryInfoRequest(
            infoType: .file,
            informationClass: FileInformationClass.attributeTag.rawValue,
            outputBufferLength: UInt32(AttributeTagInformation.fixedSize),
            fileID: .previous
        )
        do throws(ClientError) {
            let (created, replies, _) = try await compound(
                create,
                [
                    Request(.queryInfo, route: route) { query.encode(to: &$0) },
                    Request(.queryInfo, route: route) { tag.encode(to: &$0) },
                ]
            )
            // Both are extras that a server need not have.
            let fileID: InternalInformation? = Self.information(replies[0])
            let reparse: AttributeTagInformation? = Self.information(replies[1])
            return FileFacts(
                name: path.name ?? "",
                created,
                tag: reparse?.reparseTag ?? 0,
                fileID: fileID?.indexNumber ?? 0
            )
        } catch {
            throw error.during("look at \(Self.shown(path))")
        }
    }

    /// Where a symbolic link leads, as the server keeps it; nil for what is no symbolic link.
    public func linkTarget(_ path: RemotePath) async throws(ClientError) -> String? {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .openReparsePoint
        )
        let body = IoctlRequest(
            controlCode: .getReparsePoint,
            fileID: .previous,
            maximumOutputResponse: UInt32(Self.reparseByteCountMax)
        )
        let (_, replies, _) = try await compound(
            create,
            [Request(.ioctl, route: route) { body.encode(to: &$0) }]
        )
        guard replies[0].status != .notAReparsePoint else { return nil }
        return try Self.linkTarget(of: replies[0])
    }

    static func linkTarget(of reply: Reply) throws(ClientError) -> String? {
        let point = try Self.output(of: reply) { reader throws(WireError) in
            try ReparsePoint(from: &reader)
        }
        return switch point {
        case .symbolicLink(_, let print, _) where !print.isEmpty: Self.slashed(print)
        case .symbolicLink(let substitute, _, _), .mountPoint(let substitute, _):
            Self.slashed(substitute)
        case .lxSymbolicLink(let target): String(decoding: target, as: UTF8.self)
        case .nfs(ReparsePoint.nfsSymbolicLink, let data): nfsTarget(data)
        case .nfs, .other: nil
        }
    }

    private static func nfsTarget(_ data: [UInt8]) -> String? {
        try? withReader(over: data) { reader throws(WireError) in
            try reader.readUTF16(byteCount: reader.remaining)
        }
    }

    private static func slashed(_ target: String) -> String {
        String(target.map { $0 == "\\" ? "/" : $0 })
    }

    /// MS-FSCC 2.1.2: a reparse point holds 16 KiB.
    private static let reparseByteCountMax = 16384

    private static func information<Information: FileInformation>(_ reply: Reply) -> Information? {
        try? reply.decode("file information") { reader throws(WireError) in
            let output = try QueryInfoResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try Information(from: &reader)
            }
        }
    }

    /// Bytes of the volume behind the share: all, and those that this user may still write.
    public func space() async throws(ClientError) -> (total: UInt64, available: UInt64) {
        let create = CreateRequest(
            name: "",
            desiredAccess: [.readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open
        )
        let query = QueryInfoRequest(
            infoType: .fileSystem,
            informationClass: FileSystemInformationClass.fullSize.rawValue,
            outputBufferLength: UInt32(VolumeFullSizeInformation.fixedSize),
            fileID: .previous
        )
        let (_, replies, _) = try await compound(
            create,
            [Request(.queryInfo, route: route) { query.encode(to: &$0) }]
        )
        let size = try replies[0].decode("volume information") { reader throws(WireError) in
            let output = try QueryInfoResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try VolumeFullSizeInformation(from: &reader)
            }
        }
        let unit = UInt64(size.sectorsPerAllocationUnit)
            .multipliedReportingOverflow(by: UInt64(size.bytesPerSector)).partialValue
        return (
            size.totalAllocationUnits.multipliedReportingOverflow(by: unit).partialValue,
            size.callerAvailableAllocationUnits.multipliedReportingOverflow(by: unit).partialValue
        )
    }
}
