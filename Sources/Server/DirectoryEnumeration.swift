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
    }

    func next(_ detail: DirectoryDetail) throws(NTStatus) -> StoreEntry? {
        if isExhausted { return nil }
        let entry = try cursor.next(matching: pattern, detail: detail)
        if entry != nil, !pattern.hasWildcards { isExhausted = true }
        return entry
    }

    /// The entry did not fit; the next query begins with it.
    func pushBack() {
        isExhausted = false
        cursor.pushBack()
    }

    func markAnswered() { isFirstQuery = false }
}
