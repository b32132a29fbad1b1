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
            let (created, replies) = try await compound(
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
        let (_, replies) = try await compound(
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
