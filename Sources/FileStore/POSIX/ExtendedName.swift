import SMBMessages

/// The name of an extended attribute as clients know it: a Linux attribute of the namespace
/// `user.` without that prefix, and never one of the server's own.
struct ExtendedName: Hashable {
    static let prefix = Array("user.".utf8)
    static let ownPrefix = Array("user.penstock.".utf8)

    /// Without the prefix.
    let bytes: [UInt8]

    init?(attribute: [UInt8]) {
        guard attribute.starts(with: Self.prefix), !attribute.starts(with: Self.ownPrefix),
            attribute.count > Self.prefix.count
        else { return nil }
        bytes = Array(attribute[Self.prefix.count...])
    }

    /// A name from a client (MS-FSCC 2.4.16: ASCII without what file names may not hold either).
    init(client bytes: [UInt8]) throws(NTStatus) {
        let forbidden = "\"*+,/:;<=>?[\\]|".utf8
        guard !bytes.isEmpty, bytes.count + Self.prefix.count <= System.attributeNameMax,
            bytes.allSatisfy({ $0 >= 0x20 && !forbidden.contains($0) })
        else { throw .invalidEAName }
        guard !Self.fold(Self.prefix + bytes).starts(with: Self.fold(Self.ownPrefix)) else {
            throw .accessDenied
        }
        self.bytes = bytes
    }

    var attribute: NativePath { NativePath(bytes: Self.prefix + bytes) }

    func isEqual(to other: ExtendedName) -> Bool { Self.fold(bytes) == Self.fold(other.bytes) }

    private static func fold(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
    }
}
