internal import SMBMessages
internal import Wire

/// Changing what is known of a file, in one round trip.
extension Share {
    public func changeNode(
        _ path: RemotePath,
        _ change: NodeChange
    ) async throws(ClientError) -> FileFacts {
        var change = change
        if let isReadOnly = change.isReadOnly, !hasPOSIXExtensions {
            try await setReadOnly(path, isReadOnly)
        }
        if !hasPOSIXExtensions { (change.mode, change.userID, change.groupID) = (nil, nil, nil) }
        var access: AccessMask = []
        var operations: [Request] = []
        if let byteCount = change.byteCount {
            access.formUnion([.writeData, .writeAttributes])
            let end = EndOfFileInformation(endOfFile: byteCount)
            operations.append(Self.setInfo(end, route: route))
        }
        if change.setsSecurity {
            access.formUnion([.writeDAC, .writeOwner, .readControl])
            operations.append(Self.setSecurity(change, route: route))
        }
        if change.setsBasics {
            access.formUnion(.writeAttributes)
            operations.append(Self.setInfo(change.times, route: route))
        }
        let count = operations.count
        let (created, replies, _) = try await compound(
            nodeCreate(path, access),
            operations + factsQueries
        )
        for reply in replies[..<count] { try reply.check() }
        guard count == 0 || hasPOSIXExtensions else { return try await node(path) }
        return try facts(path.name ?? "", created, replies[count...])
    }

    private func setReadOnly(_ path: RemotePath, _ isReadOnly: Bool) async throws(ClientError) {
        let now = try await node(path)
        guard now.kind == .file, now.isReadOnly != isReadOnly else { return }
        let bit = FileAttributes.readOnly.rawValue
        try await setAttributes(path, isReadOnly ? now.attributes | bit : now.attributes & ~bit)
    }

    /// An entry for S-1-5-88-3 is how Linux clients say a mode.
    private static func setSecurity(_ change: NodeChange, route: Route) -> Request {
        var descriptor = SecurityDescriptor()
        var parts: SecurityInformation = []
        if let userID = change.userID {
            descriptor.owner = .posixUser(userID)
            parts.insert(.owner)
        }
        if let groupID = change.groupID {
            descriptor.group = .posixGroup(groupID)
            parts.insert(.group)
        }
        if let mode = change.mode {
            descriptor.control.insert(.discretionaryACLPresent)
            descriptor.discretionaryACL = AccessControlList(entries: [
                AccessControlEntry(.allowed, mask: .fileAll, sid: .posixMode(mode))
            ])
            parts.insert(.discretionaryACL)
        }
        var writer = WireWriter()
        descriptor.encode(to: &writer)
        let body = SetInfoRequest(
            infoType: .security,
            additionalInformation: parts.rawValue,
            fileID: .previous,
            input: writer.finish()
        )
        return Request(.setInfo, route: route) { body.encode(to: &$0) }
    }
}

extension NodeChange {
    var times: BasicInformation {
        .times(modified: modified ?? .zero, accessed: accessed ?? .zero)
    }
}
