/// Copies files of this machine to a share.
///
/// A file is written under a temporary name next to its target and renamed when the server has all
/// of it and the local file is still the one that was opened.
public struct Upload: Sendable {
    public let connection: ServerConnection
    public let share: String
    public let progress: TransferProgress

    public init(_ connection: ServerConnection, share: String, progress: TransferProgress) {
        self.connection = connection
        self.share = share
        self.progress = progress
    }

    private var window: UInt64 {
        let options = connection.options
        return UInt64(options.blockByteCount * BulkTarget.slotCount(depth: options.depth))
    }

    /// Copies the file at `source`, a path of this machine, to `target`, whose folder exists.
    public func copy(_ source: String, to target: RemotePath) async throws(ClientError) {
        let file = try LocalFile.openForReading(source)
        let facts = try file.facts
        guard facts.kind == .file else {
            throw ClientError(
                .unsupported,
                action: "copy '\(EntryName.shown(source))'",
                reason: "it is no regular file"
            )
        }
        let partial = try RemotePartial(target: target, facts: facts, window: window)
        try await connection.withShare(share) { share throws(ClientError) in
            if facts.byteCount <= Self.smallByteCountMax {
                try await copySmall(file, facts, to: partial, on: share)
            } else {
                try await copyOnce(file, facts, to: partial, on: share)
            }
        }
    }

    /// Files that fit one credit travel with the request that opens them.
    private static let smallByteCountMax: UInt64 = 65536

    private func copySmall(
        _ file: LocalFile,
        _ facts: LocalFile.Facts,
        to partial: RemotePartial,
        on share: Share
    ) async throws(ClientError) {
        let bytes = try file.readAll(byteCount: Int(facts.byteCount))
        try checkUnchanged(facts, file)
        let copy = try await partial.create(bytes, on: share)
        do throws(ClientError) {
            try await copy.finish(as: partial.target)
        } catch {
            _ = try? await copy.removeOnClose()
            copy.closeSoon()
            throw error
        }
        progress.advance(by: bytes.count)
    }

    private func copyOnce(
        _ file: LocalFile,
        _ facts: LocalFile.Facts,
        to partial: RemotePartial,
        on share: Share
    ) async throws(ClientError) {
        let (copy, start) = try await partial.open(on: share)
        do throws(ClientError) {
            let counted = progress.part()
            counted.advance(by: Int(start))
            do throws(ClientError) {
                try await copy.write(start..<facts.byteCount, from: file, progress: counted)
            } catch {
                counted.reset()
                throw error
            }
            try checkUnchanged(facts, file)
            try await partial.finish(copy)
        } catch {
            // What can be gone on with stays; what cannot would only take space.
            if Self.isWorthless(error) { _ = try? await copy.removeOnClose() }
            copy.closeSoon()
            if Self.isWorthless(error) { await partial.removeJournal(on: share) }
            throw error
        }
    }

    private static func isWorthless(_ error: ClientError) -> Bool {
        switch error.kind {
        case .network, .cancelled: false
        default: true
        }
    }

    private func checkUnchanged(
        _ facts: LocalFile.Facts,
        _ file: LocalFile
    ) throws(ClientError) {
        let now = try file.facts
        guard now.byteCount == facts.byteCount, now.modified == facts.modified else {
            throw ClientError.changedMeanwhile
                .during("copy '\(EntryName.shown(file.path))'")
        }
    }
}
