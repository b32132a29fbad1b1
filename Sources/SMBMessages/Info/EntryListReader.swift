internal import Wire

/// Walks a chain of entries that each begin with the offset of the next one (MS-FSCC 2.4, the
/// NextEntryOffset fields). Offsets only ever lead forward, so a hostile list ends at the end of
/// its bytes.
struct EntryListReader {
    private var nextStart: Int? = 0

    init() {}

    /// Moves past the link of the next entry; nil after the last. Returns the entry's start.
    @_lifetime(reader: copy reader)
    mutating func next(_ reader: inout WireReader) throws(WireError) -> Int? {
        guard let start = nextStart, !(start == 0 && reader.count == 0) else { return nil }
        try reader.seek(to: start)
        let link = Int(try reader.read(UInt32.self))
        // A link shorter than itself would loop or overlap.
        guard link == 0 || link >= 4 else { throw WireError(.invalidValue, at: start) }
        nextStart = link == 0 ? nil : start + link
        return start
    }
}
