internal import Synchronization

/// Copies files of a share to this machine.
///
/// A file is written under a temporary name next to its target and renamed when it is whole and
/// the server still has the file that was opened. What an interruption leaves is used again.
public struct Download: Sendable {
    public let connection: ServerConnection
    public let share: String
    public let progress: TransferProgress

    /// Files up to this size are simply copied again.
    static let resumableByteCountMin: UInt64 = 16 << 20

    public init(_ connection: ServerConnection, share: String, progress: TransferProgress) {
        self.connection = connection
        self.share = share
        self.progress = progress
    }

    var window: UInt64 {
        let options = connection.options
        return UInt64(options.blockByteCount * BulkTarget.slotCount(depth: options.depth))
    }

    /// Copies a file to a pipe, terminal or device that takes bytes in order.
    public func copy(_ path: RemotePath, toStream target: LocalFile) async throws(ClientError) {
        let done = progress.part()
        let first = Mutex<FileFacts?>(nil)
        do throws(ClientError) {
            try await connection.withShare(share) { share throws(ClientError) in
                let file = try await share.open(path)
                let facts = first.withLock { first in
                    first = first ?? file.facts
                    return first ?? file.facts
                }
                try Self.checkSame(facts, file.facts)
                do throws(ClientError) {
                    try await file.read(
                        done.byteCount..<facts.byteCount,
                        appendingTo: target,
                        progress: done
                    )
                } catch {
                    file.closeSoon()
                    throw error
                }
                try await Self.checkUnchanged(facts, file)
            }
        } catch {
            throw error.during("read \(Share.shown(path))")
        }
    }

    /// Copies a file to `target`, a path of this machine whose folder exists.
    public func copy(_ path: RemotePath, to target: String) async throws(ClientError) {
        if let facts = LocalFolder.facts(target) {
            switch facts.kind {
            case .folder:
                throw ClientError(
                    .exists,
                    action: "write '\(EntryName.shown(target))'",
                    reason: "it is a folder; name a file, or end the path with '/'"
                )
            case .null, .stream:
                return try await copy(path, toStream: try LocalFile.openStream(target))
            case .file: break
            }
        }
        let partial = PartialFile(target: target, window: window)
        try await connection.withShare(share) { share throws(ClientError) in
            try await copyOnce(path, from: share, to: partial)
        }
    }

    private func copyOnce(
        _ path: RemotePath,
        from share: Share,
        to partial: PartialFile
    ) async throws(ClientError) {
        let source = try await share.open(path)
        let facts = source.facts
        do throws(ClientError) {
            let (file, start) = try partial.open(
                sourceByteCount: facts.byteCount,
                sourceModified: facts.modified
            )
            let counted = progress.part()
            counted.advance(by: Int(start))
            do throws(ClientError) {
                try await source.read(start..<facts.byteCount, into: file, progress: counted)
            } catch {
                counted.reset()
                throw error
            }
            do throws(ClientError) {
                try await Self.checkUnchanged(facts, source)
            } catch {
                if error.kind == .changed { partial.discard() }
                throw error
            }
            try partial.finish(file, byteCount: facts.byteCount, modified: facts.modified)
        } catch {
            source.closeSoon()
            if error.kind == .diskFull { partial.discard() }
            throw error
        }
    }

    private static func checkSame(_ old: FileFacts, _ new: FileFacts) throws(ClientError) {
        guard old.byteCount == new.byteCount, old.modified == new.modified else {
            throw ClientError.changedMeanwhile
        }
    }

    /// Closes the source and compares what it has become.
    private static func checkUnchanged(
        _ facts: FileFacts,
        _ source: RemoteFile
    ) async throws(ClientError) {
        let now = try await source.close()
        guard now.byteCount == facts.byteCount, now.modified == facts.modified else {
            throw ClientError.changedMeanwhile
        }
    }
}
