/// The temporary file on a share that an upload is written to, and its journal.
struct RemotePartial: Sendable {
    let target: RemotePath
    private let data: RemotePath
    private let journal: RemotePath
    private let content: ResumeJournal

    private var isResumable: Bool { content.byteCount >= Download.resumableByteCountMin }

    init(target: RemotePath, facts: LocalFile.Facts, window: UInt64) throws(ClientError) {
        let names = PartialName(for: target.name ?? "")
        do throws(LocationError) {
            data = try target.parent.appending(names.data)
            journal = try target.parent.appending(names.journal)
        } catch {
            throw ClientError(.other, reason: "\(error)")
        }
        self.target = target
        content = ResumeJournal(
            byteCount: facts.byteCount,
            modified: facts.modified,
            window: window
        )
    }

    /// The file, and where its copy goes on.
    func open(on share: Share) async throws(ClientError) -> (file: RemoteFile, start: UInt64) {
        guard isResumable else { return (try await share.open(data, for: .replace), 0) }
        let old = await readJournal(on: share)
        let file = try await share.open(data, for: .update)
        let start =
            old?.resumeOffset(
                partialByteCount: file.facts.byteCount,
                sourceByteCount: content.byteCount,
                sourceModified: content.modified,
                block: 1
            ) ?? 0
        do throws(ClientError) {
            if file.facts.byteCount > start { try await file.resize(to: start) }
            var fresh = content
            if start > 0 { fresh.window = max(fresh.window, old?.window ?? 0) }
            if fresh != old { try await write(fresh, on: share) }
        } catch {
            file.closeSoon()
            throw error
        }
        return (file, start)
    }

    /// Checks the size, sets the time and gives the file its name.
    func finish(_ file: RemoteFile) async throws(ClientError) {
        try check(byteCount: try await file.seal(modified: content.modified))
        try await file.finish(as: target)
        if isResumable { await removeJournal(on: file.share) }
    }

    private func check(byteCount: UInt64) throws(ClientError) {
        guard byteCount == content.byteCount else {
            throw ClientError(
                .other,
                action: "write \(Share.shown(target))",
                reason: "the server has \(byteCount) bytes instead of \(content.byteCount); "
                    + "copy it again"
            )
        }
    }

    /// Makes a small file with these contents in one round trip; it still has its temporary name.
    func create(_ bytes: [UInt8], on share: Share) async throws(ClientError) -> RemoteFile {
        let (file, byteCount) = try await share.create(
            data,
            bytes,
            modified: content.modified
        )
        do throws(ClientError) {
            try check(byteCount: byteCount)
        } catch {
            _ = try? await file.removeOnClose()
            file.closeSoon()
            throw error
        }
        return file
    }

    func removeJournal(on share: Share) async {
        _ = try? await share.remove(journal, isFolder: false)
    }

    private func readJournal(on share: Share) async -> ResumeJournal? {
        guard let file = try? await share.open(journal, for: .read) else { return nil }
        defer { file.closeSoon() }
        guard file.facts.byteCount <= ResumeJournal.textByteCountMax,
            let bytes = try? await file.readAll()
        else { return nil }
        return ResumeJournal(parsing: String(decoding: bytes, as: UTF8.self))
    }

    private func write(_ content: ResumeJournal, on share: Share) async throws(ClientError) {
        let file = try await share.open(journal, for: .replace)
        do throws(ClientError) {
            try await file.write(Array(content.text.utf8))
        } catch {
            file.closeSoon()
            throw error
        }
        try await file.close()
    }
}
