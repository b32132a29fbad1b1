internal import Wire

/// Writes a chain of entries that each begin with the offset of the next one, which is how every
/// list of MS-FSCC is laid out.
struct EntryListWriter {
    private let alignment: Int
    private let start: Int
    private var previous: Int?

    /// A list that begins where `writer` stands.
    init(alignment: Int, at writer: borrowing WireWriter) {
        self.alignment = alignment
        start = writer.count
    }

    /// Where the next entry would begin, counted from the list's start.
    func nextOffset(_ writer: borrowing WireWriter) -> Int {
        let used = writer.count - start
        let excess = used % alignment
        return excess == 0 ? used : used + alignment - excess
    }

    /// Pads, links the previous entry to this one and writes this one's own link as the last.
    mutating func beginEntry(_ writer: inout WireWriter) {
        let offset = nextOffset(writer)
        writer.write(zeros: offset - (writer.count - start))
        if let previous {
            writer.overwrite(at: start + previous, with: UInt32(clamping: offset - previous))
        }
        previous = offset
        writer.write(UInt32(0))
    }
}
