internal import SMBMessages
internal import Wire

extension Share {
    /// Small enough for one credit, large enough for most folders.
    private static let firstPageByteCount = 65536
    /// No request but READ and WRITE is about more bytes than this.
    static let transactByteCountMax = 65536
    /// A listing never ends by itself if a hostile server repeats it; no real folder has more.
    public static let listingCountMax = 20_000_000

    /// The entries of a folder in the server's order, without `.` and `..`, page after page.
    ///
    /// Opening, the first page and its successor travel together, so a small folder costs one
    /// round trip, and one that nobody waits for to close it.
    ///
    /// `asPOSIX` opens the folder as POSIX does, and tells modes and owners, where the server has
    /// the extensions.
    public func list(
        _ path: RemotePath,
        asPOSIX: Bool = false,
        _ body: ([FileFacts]) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        let asPOSIX = asPOSIX && hasPOSIXExtensions
        do throws(ClientError) {
            var listing = Listing()
            while true {
                do throws(ClientError) {
                    return try await listOnce(path, asPOSIX, &listing, body)
                } catch {
                    // Where a listing goes on is kept by the server for one open alone: when that
                    // or its last page is lost, only a new listing knows what is missing.
                    guard error == .interrupted, listing.beginAgain() else { throw error }
                }
            }
        } catch {
            throw error.during("list \(Self.shown(path))")
        }
    }

    private func listOnce(
        _ path: RemotePath,
        _ asPOSIX: Bool,
        _ listing: inout Listing,
        _ body: ([FileFacts]) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        let (open, pages) = try await openListing(path, asPOSIX)
        do throws(ClientError) {
            try await deliver(pages, of: open, asPOSIX, &listing, body)
        } catch {
            closeSoon(open)
            throw error
        }
        closeSoon(open)
    }

    /// The whole folder at once.
    public func entries(of path: RemotePath) async throws(ClientError) -> [FileFacts] {
        var all: [FileFacts] = []
        try await list(path) { page throws(ClientError) in all += page }
        return all
    }

    private func openListing(
        _ path: RemotePath,
        _ asPOSIX: Bool
    ) async throws(ClientError) -> (OpenFile, [Reply]) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.listDirectory, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .directoryFile,
            contexts: asPOSIX ? [POSIXCreateRequest(mode: 0).context] : []
        )
        let open = OpenFile(
            route: route,
            create: create,
            wantsDurable: false,
            isForReading: false,
            createGUID: .zero
        )
        var first = Request(.create, route: route) { open.request.encode(to: &$0) }
        first.opens = open
        let body = Self.query(.previous, asPOSIX, byteCount: Self.firstPageByteCount)
        let page = Request(
            .queryDirectory,
            route: route,
            payloadCount: Self.firstPageByteCount
        ) { body.encode(to: &$0) }.related()
        let replies = try await channels.exchange([first, page, page]).replies
        _ = try Self.created(replies[0])
        return (open, Array(replies[1...]))
    }

    private func deliver(
        _ first: [Reply],
        of open: OpenFile,
        _ asPOSIX: Bool,
        _ listing: inout Listing,
        _ body: ([FileFacts]) async throws(ClientError) -> Void
    ) async throws(ClientError) {
        var count = 0
        for reply in first {
            guard let page = try page(reply, asPOSIX) else { return }
            count += page.count
            try await body(listing.new(page))
        }
        let byteCount = min(session.traits.maxTransact, Self.transactByteCountMax)
        while count < Self.listingCountMax {
            var request = Request(.queryDirectory, on: open, payloadCount: byteCount) {
                Self.query($0, asPOSIX, byteCount: byteCount).encode(to: &$1)
            }
            request.isRepeatable = false
            guard let page = try page(try await channels.exchange(request), asPOSIX)
            else { return }
            count += page.count
            try await body(listing.new(page))
        }
        throw ClientError.violation("the server's listing does not end")
    }

    private static func query(
        _ fileID: FileID,
        _ asPOSIX: Bool,
        byteCount: Int
    ) -> QueryDirectoryRequest {
        QueryDirectoryRequest(
            informationClass: asPOSIX ? .posix : .idFullDirectory,
            fileID: fileID,
            pattern: "*",
            outputBufferLength: UInt32(byteCount)
        )
    }

    /// Nil at the end of the folder.
    private func page(_ reply: Reply, _ asPOSIX: Bool) throws(ClientError) -> [FileFacts]? {
        if reply.status == .noMoreFiles || reply.status == .noSuchFile { return nil }
        let entries = try reply.decode("listing") { reader throws(WireError) in
            let output = try QueryDirectoryResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try DirectoryEntry.decodeList(asPOSIX ? .posix : .idFullDirectory, from: &reader)
            }
        }
        // A server that answers with nothing would have us ask for ever.
        guard !entries.isEmpty else { return nil }
        return entries.filter { !EntryName.isSelfOrParent($0.name) }
            .map { entry in
                var facts = FileFacts(entry)
                if asPOSIX { facts.posix = POSIXFacts(entry.posix) }
                return facts
            }
    }

    /// Closes without making the caller wait.
    func closeSoon(_ open: OpenFile) {
        var request = Request(.close, on: open) { CloseRequest(fileID: $0).encode(to: &$1) }
        request.closes = open
        let (channels, closing) = (channels, request)
        session.runtime.start { _ = try? await channels.exchange(closing) }
    }
}
