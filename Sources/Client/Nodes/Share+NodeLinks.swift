internal import SMBMessages
internal import Wire

/// Names beyond the first: hard links, and links that hold a path.
extension Share {
    /// MS-FSCC 2.1.2: a reparse point holds 16 KiB.
    private static let reparseByteCountMax = 16384

    /// Where a symbolic link leads; nil for what is none.
    public func nodeTarget(_ path: RemotePath) async throws(ClientError) -> String? {
        let body = IoctlRequest(
            controlCode: .getReparsePoint,
            fileID: .previous,
            maximumOutputResponse: UInt32(Self.reparseByteCountMax)
        )
        let (_, replies, _) = try await compound(
            nodeCreate(path, []),
            [Request(.ioctl, route: route) { body.encode(to: &$0) }]
        )
        guard replies[0].status != .notAReparsePoint else { return nil }
        return try Self.linkTarget(of: replies[0])
    }

    /// Makes a symbolic link in the form that NFS servers give to Windows: it holds any target.
    public func makeNodeLink(
        _ path: RemotePath,
        target: String
    ) async throws(ClientError) -> FileFacts {
        var text = WireWriter()
        text.write(utf16: target)
        var writer = WireWriter()
        ReparsePoint.nfs(type: ReparsePoint.nfsSymbolicLink, data: text.finish())
            .encode(to: &writer)
        let body = IoctlRequest(
            controlCode: .setReparsePoint,
            fileID: .previous,
            maximumOutputResponse: 0,
            input: writer.finish()
        )
        let create = nodeCreate(
            path,
            [.writeAttributes, .delete],
            disposition: .create,
            options: .nonDirectoryFile,
            mode: 0o777
        )
        let operations = [Request(.ioctl, route: route) { body.encode(to: &$0) }]
        let (_, replies, _) = try await compound(create, operations)
        guard replies[0].status == .success else {
            // What was to become the link is an empty file now.
            try? await removeNode(path, isFolder: false)
            throw ClientError(status: replies[0].status)
        }
        return try await node(path)
    }

    /// Gives a file one name more.
    public func makeNodeName(
        _ path: RemotePath,
        _ name: RemotePath
    ) async throws(ClientError) -> FileFacts {
        let link = LinkInformation(replaceIfExists: false, fileName: name.wireText)
        do throws(ClientError) {
            let (_, replies, _) = try await compound(
                nodeCreate(path, .writeAttributes),
                [Self.setInfo(link, route: route)]
            )
            try replies[0].check()
        } catch {
            guard error.followsRepetition, error.kind == .exists else { throw error }
        }
        return try await node(name)
    }
}
