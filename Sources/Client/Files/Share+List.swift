internal import SMBMessages
internal import Wire

extension Share {
    /// Small enough for one credit, large enough for most folders.
    private static let firstPageByteCount = 65536
    /// A listing never ends by itself if a hostile server repeats it; no real folder has more.
    public static let listingCountMax = 20_000_000

    /// The entries of a folder in the server's order, without `.` and `..`, page after page.
    ///
    /// Opening, the first page and its successor travel together, so a small folder costs one
    /// round trip, and one that nobody waits for to close it.
    public func list(
        _ path: RemotePath,
        _ body: ([FileFacts]) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        do throws(ClientError) {
            let (fileID, pages) = try await openListing(path)
            do throws(ClientError) {
                try await deliver(pages, of: fileID, body)
            } catch {
                closeSoon(fileID)
                throw error
            }
            closeSoon(fileID)
        } catch {
            throw error.during("list \(Self.shown(path))")
        }
    }

    /// The whole folder at once.
    public func entries(of path: RemotePath) async throws(ClientError) -> [FileFacts] {
        var all: [FileFacts] = []
        try await list(path) { page throws(ClientError) in all += page }
        return all
    }

    private func openListing(
        _ path: RemotePath
    ) async throws(ClientError) -> (FileID, [Reply]) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.listDirectory, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .directoryFile
        )
        let query = query(.previous, byteCount: Self.firstPageByteCount)
        let replies = try await link.exchange([
            Request(.create, route: route) { create.encode(to: &$0) },
            query.related(), query.related(),
        ]).replies
        return (try Self.created(replies[0]).fileID, Array(replies[1...]))
    }

    private func deliver(
        _ first: [Reply],
        of fileID: FileID,
        _ body: ([FileFacts]) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        var count = 0
        for reply in first {
            guard let page = try page(reply) else { return }
            count += page.count
            try await body(page)
        }
        let byteCount = min(session.traits.maxTransact, 1 << 20)
        while count < Self.listingCountMax {
            let reply = try await link.exchange(query(fileID, byteCount: byteCount))
            guard let page = try page(reply) else { return }
            count += page.count
            try await body(page)
        }
        throw ClientError.violation("the server's listing does not end")
    }

    private func query(_ fileID: FileID, byteCount: Int) -> Request {
        let body = QueryDirectoryRequest(
            informationClass: .idFullDirectory,
            fileID: fileID,
            pattern: "*",
            outputBufferLength: UInt32(byteCount)
        )
        return Request(.queryDirectory, route: route, payloadCount: byteCount) {
            body.encode(to: &$0)
        }
    }

    /// Nil at the end of the folder.
    private func page(_ reply: Reply) throws(ClientError) -> [FileFacts]? {
        if reply.status == .noMoreFiles || reply.status == .noSuchFile { return nil }
        let entries = try reply.decode("listing") { reader throws(WireError) in
            let output = try QueryDirectoryResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try DirectoryEntry.decodeList(.idFullDirectory, from: &reader)
            }
        }
        // A server that answers with nothing would have us ask for ever.
        guard !entries.isEmpty else { return nil }
        return entries.filter { !EntryName.isSelfOrParent($0.name) }.map { FileFacts($0) }
    }

    /// Closes without making the caller wait.
    func closeSoon(_ fileID: FileID) {
        let request = Self.close(fileID, route: route)
        let link = link
        session.runtime.start { _ = try? await link.exchange(request) }
    }
}
