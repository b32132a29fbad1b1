public import Wire

/// MS-FSCC 2.3.73: how the file system is to check a file's data.
public struct SetIntegrityInformation: Hashable, Sendable {
    public static let fixedSize = 8

    public var checksumAlgorithm: UInt16
    public var flags: UInt32

    public init(checksumAlgorithm: UInt16, flags: UInt32) {
        self.checksumAlgorithm = checksumAlgorithm
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        checksumAlgorithm = try reader.read()
        try reader.skip(2)
        flags = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(checksumAlgorithm)
        writer.write(zeros: 2)
        writer.write(flags)
    }

    /// CHECKSUM_TYPE_UNCHANGED.
    public static let unchanged: UInt16 = 0xFFFF
}
