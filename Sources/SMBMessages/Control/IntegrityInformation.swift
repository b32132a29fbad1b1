public import Wire

/// MS-FSCC 2.3.20: how the file system checks a file's data.
public struct IntegrityInformation: Hashable, Sendable {
    public static let fixedSize = 16

    public var checksumAlgorithm: UInt16
    public var flags: UInt32
    public var checksumChunkSize: UInt32
    public var clusterSize: UInt32

    public init(
        checksumAlgorithm: UInt16,
        flags: UInt32,
        checksumChunkSize: UInt32,
        clusterSize: UInt32
    ) {
        self.checksumAlgorithm = checksumAlgorithm
        self.flags = flags
        self.checksumChunkSize = checksumChunkSize
        self.clusterSize = clusterSize
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        checksumAlgorithm = try reader.read()
        try reader.skip(2)
        flags = try reader.read()
        checksumChunkSize = try reader.read()
        clusterSize = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(checksumAlgorithm)
        writer.write(zeros: 2)
        writer.write(flags)
        writer.write(checksumChunkSize)
        writer.write(clusterSize)
    }
}
