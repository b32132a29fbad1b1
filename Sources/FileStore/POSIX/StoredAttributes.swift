internal import CFileSystem
import SMBMessages
import Wire

/// What Windows keeps with a file and POSIX does not: attributes and the time of creation.
///
/// Kept in the extended attribute `user.penstock.attributes`, and only where it says something
/// other than the defaults, so that ordinary files carry none. A version byte, the attributes
/// (four bytes) and the creation time (eight), little-endian; version 2 has a time of change that
/// was set, and the kernel's own one then.
struct StoredAttributes: Hashable, Sendable {
    static let name = NativePath(bytes: "user.penstock.attributes".utf8)
    static let version: UInt8 = 1
    static let encodedSize = 13
    static let versionWithChange: UInt8 = 2
    static let encodedSizeWithChange = 29

    /// What applications can set (MS-FSA 2.1.5.1.1), and SPARSE_FILE.
    static let kept: FileAttributes = [
        .readOnly, .hidden, .system, .archive, .temporary, .sparseFile, .offline,
        .notContentIndexed,
    ]

    var attributes: FileAttributes
    /// Nil takes the file system's time of birth.
    var creationTime: FileTime?
    /// A time of change that a client set, which POSIX cannot keep.
    var change: StoredChangeTime?

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
        let hasChange = bytes.first == Self.versionWithChange
        guard hasChange || bytes.first == Self.version,
            bytes.count == (hasChange ? Self.encodedSizeWithChange : Self.encodedSize)
        else { return nil }
        let mask = bytes[1..<5].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let time = Self.number(bytes[5..<13])
        self.init(
            attributes: FileAttributes(rawValue: mask),
            creationTime: time == 0 ? nil : FileTime(rawValue: time)
        )
        if hasChange {
            change = StoredChangeTime(
                time: FileTime(rawValue: Self.number(bytes[13..<21])),
                setAt: FileTime(rawValue: Self.number(bytes[21..<29]))
            )
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] {
        var bytes = [change == nil ? Self.version : Self.versionWithChange]
        let mask = attributes.rawValue
        var numbers = [creationTime?.rawValue ?? 0]
        if let change { numbers += [change.time.rawValue, change.setAt.rawValue] }
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: mask >> shift))
        }
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return bytes
    }
}
