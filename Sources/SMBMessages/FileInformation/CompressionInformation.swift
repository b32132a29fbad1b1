public import Wire

/// MS-FSCC 2.4.9: the size after compression, and how.
public struct CompressionInformation: FileInformation {
    public static let informationClass = FileInformationClass.compression
    public static let fixedSize = 16

    public var compressedSize: UInt64
    public var format: UInt16
    public var unitShift: UInt8
    public var chunkShift: UInt8
    public var clusterShift: UInt8

    public init(
        compressedSize: UInt64,
        format: UInt16,
        unitShift: UInt8,
        chunkShift: UInt8,
        clusterShift: UInt8
    ) {
        self.compressedSize = compressedSize
        self.format = format
        self.unitShift = unitShift
        self.chunkShift = chunkShift
        self.clusterShift = clusterShift
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        compressedSize = try reader.read()
        format = try reader.read()
        unitShift = try reader.read()
        chunkShift = try reader.read()
        clusterShift = try reader.read()
        try reader.skip(3)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(compressedSize)
        writer.write(format)
        writer.write(unitShift)
        writer.write(chunkShift)
        writer.write(clusterShift)
        writer.write(zeros: 3)
    }
}
