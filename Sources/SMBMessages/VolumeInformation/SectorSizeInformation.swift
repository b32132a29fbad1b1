public import Wire

/// MS-FSCC 2.5.7: sector sizes, for those who align their writes.
public struct SectorSizeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.sectorSize
    public static let fixedSize = 28

    public var logicalBytesPerSector: UInt32
    public var physicalBytesPerSectorForAtomicity: UInt32
    public var physicalBytesPerSectorForPerformance: UInt32
    public var effectivePhysicalBytesForAtomicity: UInt32
    public var flags: UInt32
    public var byteOffsetForSectorAlignment: UInt32
    public var byteOffsetForPartitionAlignment: UInt32

    public init(
        logicalBytesPerSector: UInt32,
        physicalBytesPerSectorForAtomicity: UInt32,
        physicalBytesPerSectorForPerformance: UInt32,
        effectivePhysicalBytesForAtomicity: UInt32,
        flags: UInt32,
        byteOffsetForSectorAlignment: UInt32,
        byteOffsetForPartitionAlignment: UInt32
    ) {
        self.logicalBytesPerSector = logicalBytesPerSector
        self.physicalBytesPerSectorForAtomicity = physicalBytesPerSectorForAtomicity
        self.physicalBytesPerSectorForPerformance = physicalBytesPerSectorForPerformance
        self.effectivePhysicalBytesForAtomicity = effectivePhysicalBytesForAtomicity
        self.flags = flags
        self.byteOffsetForSectorAlignment = byteOffsetForSectorAlignment
        self.byteOffsetForPartitionAlignment = byteOffsetForPartitionAlignment
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        logicalBytesPerSector = try reader.read()
        physicalBytesPerSectorForAtomicity = try reader.read()
        physicalBytesPerSectorForPerformance = try reader.read()
        effectivePhysicalBytesForAtomicity = try reader.read()
        flags = try reader.read()
        byteOffsetForSectorAlignment = try reader.read()
        byteOffsetForPartitionAlignment = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(logicalBytesPerSector)
        writer.write(physicalBytesPerSectorForAtomicity)
        writer.write(physicalBytesPerSectorForPerformance)
        writer.write(effectivePhysicalBytesForAtomicity)
        writer.write(flags)
        writer.write(byteOffsetForSectorAlignment)
        writer.write(byteOffsetForPartitionAlignment)
    }

    public static let alignedDevice: UInt32 = 0x1
    public static let partitionAlignedOnDevice: UInt32 = 0x2
    public static let noSeekPenalty: UInt32 = 0x4
    public static let trimEnabled: UInt32 = 0x8
}
