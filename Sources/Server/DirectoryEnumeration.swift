import FileStore
import SMBMessages

/// Where an open of a directory stands in its listing (MS-FSA 2.1.5.6.3).
final class DirectoryEnumeration {
    let cursor: any DirectoryCursor
    /// Kept from the first query: later ones without REOPEN or RESTART_SCANS go on with it.
    private(set) var pattern: WildcardPattern
    /// Nothing was returned yet, so an empty result means that nothing matches at all.
    private(set) var isFirstQuery = true
    /// A pattern without wildcards names one file at most.
    private var isExhausted = false
    /// Entries returned since the start: the FileIndex of the last of them.
    private(set) var position: UInt32 = 0

    init(cursor: any DirectoryCursor, pattern: WildcardPattern) {
        self.cursor = cursor
        self.pattern = pattern
    }

    /// From the start, with another pattern if there is one.
    func restart(with newPattern: WildcardPattern?) throws(NTStatus) {
        try cursor.restart()
        if let newPattern { pattern = newPattern }
        isFirstQuery = true
        isExhausted = false
        position = 0
    }

    /// SMB2_INDEX_SPECIFIED: goes on behind the entry that has this index.
    func resume(after index: UInt32) throws(NTStatus) {
        guard index != position else { return }
        let isFirst = isFirstQuery
        try restart(with: nil)
        isFirstQuery = isFirst
        while position < index, try next(.name) != nil {}
    }

    func next(_ detail: DirectoryDetail) throws(NTStatus) -> StoreEntry? {
        if isExhausted { return nil }
        let entry = try cursor.next(matching: pattern, detail: detail)
        guard let entry else { return nil }
        if !pattern.hasWildcards { isExhausted = true }
        position += 1
        return entry
    }

    /// The entry did not fit; the next query begins with it.
    func pushBack() {
        isExhausted = false
        position -= 1
        cursor.pushBack()
    }

    func markAnswered() { isFirstQuery = false }
}
