/// The names that an unfinished copy goes by, next to its target.
public struct PartialName: Hashable, Sendable {
    /// Holds the bytes copied so far; renamed to the target at the end.
    public let data: String
    /// Says which source the bytes came from.
    public let journal: String

    private static let prefix = ".penstock-"
    /// Leaves room for the prefix and suffix within the 255 bytes of a POSIX name.
    private static let byteCountMax = 200

    public init(for target: String) {
        var stem = target
        if target.utf8.count > Self.byteCountMax {
            // Two long names that begin alike must not share a partial file.
            var kept = target
            while kept.utf8.count > Self.byteCountMax - 20 { kept.removeLast() }
            stem = kept + "-" + String(Self.digest(target), radix: 16)
        }
        data = Self.prefix + stem + ".partial"
        journal = Self.prefix + stem + ".journal"
    }

    public static func isPartial(_ name: String) -> Bool {
        name.hasPrefix(prefix) && (name.hasSuffix(".partial") || name.hasSuffix(".journal"))
    }

    /// FNV-1a, 64 bits.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
