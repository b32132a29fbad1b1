internal import Descriptors
import SMBMessages

/// The name of a stream that is kept as the extended attribute `user.penstock.stream.<name>`,
/// whose value is the stream's bytes.
struct StreamName: Hashable {
    static let prefix = Array("user.penstock.stream.".utf8)
    /// NTFS rounds resident streams so.
    private static let allocationUnit: UInt64 = 8

    /// As it is stored, which keeps the case it was created with.
    let bytes: [UInt8]

    init?(attribute: [UInt8]) {
        guard attribute.starts(with: Self.prefix), attribute.count > Self.prefix.count
        else { return nil }
        bytes = Array(attribute[Self.prefix.count...])
    }

    /// A name that has passed the rules for streams.
    init(client name: String) throws(NTStatus) {
        bytes = Array(name.utf8)
        guard bytes.count + Self.prefix.count <= System.attributeNameMax else {
            throw .objectNameInvalid
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Equal for names that differ only in case.
    var folded: String { String(decoding: NameFolding.fold(text), as: UTF8.self) }
    var attribute: NativePath { NativePath(bytes: Self.prefix + bytes) }

    /// The stream of that name, compared without regard to case.
    static func find(_ name: String, on descriptor: Int32) throws(Errno) -> StreamName? {
        let folded = NameFolding.fold(name)
        return try all(on: descriptor).first { NameFolding.fold($0.text) == folded }
    }

    static func all(on descriptor: Int32) throws(Errno) -> [StreamName] {
        try System.attributeNames(descriptor).compactMap { StreamName(attribute: $0) }
    }

    static func allocation(_ size: Int) -> UInt64 {
        (UInt64(size) + allocationUnit - 1) / allocationUnit * allocationUnit
    }
}

extension FileMetadata {
    /// The same file as an open of one of its streams sees it.
    func ofStream(_ name: StreamName, size: Int) -> FileMetadata {
        var metadata = self
        metadata.identity.stream = name.folded
        metadata.kind = .file
        metadata.attributes.remove(.directory)
        if metadata.attributes.isEmpty { metadata.attributes = .normal }
        metadata.endOfFile = UInt64(size)
        metadata.allocationSize = StreamName.allocation(size)
        return metadata
    }
}
