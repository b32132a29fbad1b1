/// What a partial file was made from, written once when its copy begins.
///
/// A later run trusts the part only if the source still has this size and modification time. The
/// writes of a copy are issued in order with at most `window` bytes between the first that is
/// unfinished and the last, so all but the last `window` bytes of the partial file are known to be
/// there; those are copied again.
public struct ResumeJournal: Hashable, Sendable {
    public var byteCount: UInt64
    public var modified: Timestamp
    public var window: UInt64

    private static let heading = "penstock-partial 1"
    /// Far more than a journal needs; a larger file is not one.
    public static let textByteCountMax = 512

    public init(byteCount: UInt64, modified: Timestamp, window: UInt64) {
        self.byteCount = byteCount
        self.modified = modified
        self.window = window
    }

    /// Nil for anything that this program did not write in full.
    public init?(parsing text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 5, lines[0] == Self.heading, lines[4].isEmpty else { return nil }
        guard let byteCount = Self.value("size", in: lines[1]),
            let modified = Self.value("modified", in: lines[2]),
            let window = Self.value("window", in: lines[3])
        else { return nil }
        self.init(
            byteCount: byteCount,
            modified: Timestamp(rawValue: modified),
            window: window
        )
    }

    public var text: String {
        """
        \(Self.heading)
        size \(byteCount)
        modified \(modified.rawValue)
        window \(window)

        """
    }

    /// Where a copy of a source with this size and time can go on, given the length of the
    /// partial file; zero when nothing of it can be trusted.
    public func resumeOffset(
        partialByteCount: UInt64,
        sourceByteCount: UInt64,
        sourceModified: Timestamp,
        block: UInt64
    ) -> UInt64 {
        guard sourceByteCount == byteCount, sourceModified == modified,
            partialByteCount <= byteCount, partialByteCount > window, block > 0
        else { return 0 }
        let trusted = partialByteCount - window
        return trusted - trusted % block
    }

    private static func value(_ key: String, in line: Substring) -> UInt64? {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == key else { return nil }
        return UInt64(parts[1])
    }
}
