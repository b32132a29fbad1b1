internal import CFileSystem
import SMBMessages
import Wire

/// What Windows keeps with a file and POSIX does not: attributes and the time of creation.
///
/// Kept in the extended attribute `user.penstock.attributes`, and only where it says something
/// other than the defaults, so that ordinary files carry none. A version byte, the attributes
/// (four bytes) and the creation time (eight), little-endian.
struct StoredAttributes: Hashable, Sendable {
    static let name = NativePath(bytes: "user.penstock.attributes".utf8)
    static let version: UInt8 = 1
    static let encodedSize = 13

    /// What applications can set (MS-FSA 2.1.5.1.1), and SPARSE_FILE.
    static let kept: FileAttributes = [
        .readOnly, .hidden, .system, .archive, .temporary, .sparseFile, .offline,
        .notContentIndexed,
    ]

    var attributes: FileAttributes
    /// Nil takes the file system's time of birth.
    var creationTime: FileTime?

    /// Without an extended attribute a file is one to be archived, as new files are.
    static func defaults(isDirectory: Bool) -> StoredAttributes {
        StoredAttributes(attributes: isDirectory ? [] : .archive, creationTime: nil)
    }

    init(attributes: FileAttributes, creationTime: FileTime?) {
        self.attributes = attributes.intersection(Self.kept)
        self.creationTime = creationTime
    }

    /// Anything that is not of our making counts as nothing.
    init?(bytes: [UInt8]) {
        guard bytes.count == Self.encodedSize, bytes[0] == Self.version else { return nil }
        let mask = bytes[1..<5].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let time = bytes[5..<13].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(
            attributes: FileAttributes(rawValue: mask),
            creationTime: time == 0 ? nil : FileTime(rawValue: time)
        )
    }

    var bytes: [UInt8] {
        var bytes = [Self.version]
        let mask = attributes.rawValue
        let time = creationTime?.rawValue ?? 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: mask >> shift))
        }
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: time >> shift))
        }
        return bytes
    }
}
