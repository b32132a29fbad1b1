internal import Descriptors
internal import Glibc

/// The temporary file that a download is written to, and its journal.
struct PartialFile: Sendable {
    let target: String
    private let data: String
    private let journal: String
    private let window: UInt64

    init(target: String, window: UInt64) {
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { String(target[...$0]) } ?? ""
        let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
        let names = PartialName(for: name)
        self.target = target
        self.window = window
        data = folder + names.data
        journal = folder + names.journal
    }

    /// The file, cut off where the copy goes on, and that place.
    func open(
        sourceByteCount: UInt64,
        sourceModified: Timestamp
    ) throws(ClientError) -> (file: LocalFile, start: UInt64) {
        let isResumable = sourceByteCount >= Download.resumableByteCountMin
        let old = isResumable ? readJournal() : nil
        do throws(Errno) {
            // A link in this place could lead the data anywhere.
            let file = try LocalFile.open(data, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
            let length = (try? file.facts)?.byteCount ?? 0
            let start = old?.resumeOffset(
                partialByteCount: length,
                sourceByteCount: sourceByteCount,
                sourceModified: sourceModified,
                block: 1
            )
            try file.truncate(to: start ?? 0)
            if isResumable {
                // The larger window holds for the bytes of either run.
                let window = max(window, (start ?? 0) > 0 ? old?.window ?? 0 : 0)
                try write(
                    ResumeJournal(
                        byteCount: sourceByteCount,
                        modified: sourceModified,
                        window: window
                    )
                )
            }
            return (file, start ?? 0)
        } catch {
            throw ClientError(error, action: "write '\(EntryName.shown(data))'")
        }
    }

    /// Checks the size, sets the time and gives the file its name.
    func finish(
        _ file: LocalFile,
        byteCount: UInt64,
        modified: Timestamp
    ) throws(ClientError) {
        let length = try file.facts.byteCount
        guard length == byteCount else {
            throw ClientError(
                .local,
                action: "write '\(EntryName.shown(target))'",
                reason: "\(length) bytes are there instead of \(byteCount); copy it again"
            )
        }
        if modified != .zero {
            do {
                try file.setTimes(modified: modified)
            } catch {
                throw ClientError(error, action: "set the time of '\(EntryName.shown(target))'")
            }
        }
        try LocalFolder.rename(data, to: target)
        LocalFolder.remove(journal)
    }

    func discard() {
        LocalFolder.remove(data)
        LocalFolder.remove(journal)
    }

    private func readJournal() -> ResumeJournal? {
        guard let file = try? LocalFile.open(journal, flags: O_RDONLY | O_NOFOLLOW) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: ResumeJournal.textByteCountMax)
        let count = unsafe bytes.withUnsafeMutableBytes { memory in
            guard let start = memory.baseAddress else { return 0 }
            return (try? unsafe file.read(into: start, count: memory.count, at: 0)) ?? 0
        }
        return ResumeJournal(parsing: String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    private func write(_ content: ResumeJournal) throws(Errno) {
        let file = try LocalFile.open(
            journal,
            flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
        )
        let bytes = Array(content.text.utf8)
        var failure: Errno?
        unsafe bytes.withUnsafeBytes { memory in
            guard let start = memory.baseAddress else { return }
            do throws(Errno) {
                try unsafe file.write(start, count: memory.count, at: 0)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
