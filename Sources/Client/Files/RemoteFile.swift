internal import SMBMessages
internal import Synchronization
internal import Wire

/// An open file of a share.
///
/// It must be closed; what is dropped without that stays open on the server until the session ends.
public final class RemoteFile: Sendable {
    public let share: Share
    let place: Mutex<RemotePath>
    /// What the server said when the file was opened.
    public let facts: FileFacts
    let open: OpenFile

    init(share: Share, path: RemotePath, facts: FileFacts, open: OpenFile) {
        self.share = share
        place = Mutex(path)
        self.facts = facts
        self.open = open
    }

    var channels: Channels { share.channels }

    /// Where the file is, as far as it was renamed through this object.
    public var path: RemotePath { place.withLock { $0 } }

    /// Makes the server keep on its disk what was written.
    public func flush() async throws(ClientError) {
        let reply = try await channels.exchange(
            Request(.flush, on: open) { FlushRequest(fileID: $0).encode(to: &$1) }
        )
        try named("flush") { () throws(ClientError) in try reply.check() }
    }

    /// Cuts the file off, or extends it with zeros.
    public func resize(to byteCount: UInt64) async throws(ClientError) {
        try await set(EndOfFileInformation(endOfFile: byteCount), "resize")
    }

    /// Sets the time of the last change; zero leaves it as it is.
    public func setTimes(
        modified: Timestamp,
        accessed: Timestamp = .zero
    ) async throws(ClientError) {
        let times = BasicInformation.times(modified: modified, accessed: accessed)
        try await set(times, "set times of")
    }

    /// Gives the open file another name.
    public func rename(to target: RemotePath, replacing: Bool) async throws(ClientError) {
        let information = RenameInformation(
            replaceIfExists: replacing,
            fileName: target.wireText
        )
        var request = Share.setInfo(information, of: open)
        request.newName = target.wireText
        let reply = try await channels.exchange(request)
        try named("rename") { () throws(ClientError) in try reply.check() }
        place.withLock { $0 = target }
    }

    /// Removes the file when it is closed.
    public func removeOnClose() async throws(ClientError) {
        try await set(DispositionInformation(deletePending: true), "remove")
    }

    /// Sets the time and returns the size as the server has it, in one round trip.
    func seal(modified: Timestamp) async throws(ClientError) -> UInt64 {
        let times = BasicInformation.times(modified: modified)
        let replies = try await channels.exchange([
            Share.standardQuery(of: open),
            Share.setInfo(times, route: share.route).related(),
        ]).replies
        let byteCount = try Share.endOfFile(replies[0])
        try named("set times of") { () throws(ClientError) in try replies[1].check() }
        return byteCount
    }

    /// Gives the file its final name and closes it, in one round trip.
    func finish(as target: RemotePath) async throws(ClientError) {
        let rename = RenameInformation(replaceIfExists: true, fileName: target.wireText)
        var close = Share.close(.previous, route: share.route).related()
        close.closes = open
        var move = Share.setInfo(rename, of: open)
        move.newName = target.wireText
        do throws(ClientError) {
            let outcome = try await channels.exchange([move, close])
            try Share.repeatable(outcome.wasRepeated) { () throws(ClientError) in
                try outcome.replies[0].check()
            }
            try outcome.replies[1].check()
        } catch {
            // Closed already: the first time did both, if the file has its new name.
            let isClosed = error.followsRepetition && error.status == NTStatus.fileClosed.rawValue
            if isClosed || error == .interrupted, try await share.hasMoved(path, to: target) {
                return
            }
            throw share.readOnlyHint(error).during("write \(Share.shown(target))")
        }
    }

    /// Closes the file; returns its size and times as the server then has them: none of either for
    /// a file that went with its last open.
    @discardableResult
    public func close() async throws(ClientError) -> (byteCount: UInt64, modified: Timestamp) {
        var request = Request(.close, on: open) {
            CloseRequest(fileID: $0, flags: .postQueryAttributes).encode(to: &$1)
        }
        request.closes = open
        let outcome: Exchange.Outcome
        do throws(ClientError) {
            outcome = try await channels.exchange([request])
        } catch {
            // An open that cannot be had back is closed: by us, or with its session.
            guard error == .interrupted || error == .changedMeanwhile else { throw error }
            return try await factsAfterClose()
        }
        let reply = outcome.replies[0]
        // The first time has closed it, and its answer was lost.
        if outcome.wasRepeated, reply.status == .fileClosed { return try await factsAfterClose() }
        let response = try reply.decode("answer to a close") { reader throws(WireError) in
            try CloseResponse(from: &reader)
        }
        return (response.endOfFile, Timestamp(response.lastWriteTime))
    }

    private func factsAfterClose() async throws(ClientError) -> (UInt64, Timestamp) {
        do throws(ClientError) {
            let facts = try await share.stat(path)
            return (facts.byteCount, facts.modified)
        } catch {
            guard error.kind == .notFound else { throw error }
            return (0, .zero)
        }
    }

    /// Closes without waiting for the answer.
    public func closeSoon() { share.closeSoon(open) }

    private func set(
        _ information: some FileInformation,
        _ action: String
    ) async throws(ClientError) {
        let request = Share.setInfo(information, of: open)
        let reply = try await channels.exchange(request)
        try named(action) { () throws(ClientError) in try reply.check() }
    }

    private func named(
        _ action: String,
        _ body: () throws(ClientError) -> Void
    ) throws(ClientError) {
        do throws(ClientError) {
            try body()
        } catch {
            throw share.readOnlyHint(error).during("\(action) \(Share.shown(path))")
        }
    }
}
