import SMBMessages

/// The 8.3 name of a file (MS-FSCC 2.1.5.2): its own where that already is one. Longer names have
/// none, because nothing could be opened by a made-up one.
struct ShortName {
    let text: String

    init(of name: String) throws(NTStatus) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...8).contains(parts[0].utf8.count),
            parts.count == 1 || (1...3).contains(parts[1].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy(Self.isPlain) })
        else { throw .objectNameNotFound }
        text = name.uppercased()
    }

    /// Letters, digits and what MS-DOS allowed beside them.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'()-@^_`{}~".utf8.contains(byte)
        }
    }
}
