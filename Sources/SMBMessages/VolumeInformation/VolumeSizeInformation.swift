public import Wire

/// MS-FSCC 2.5.8: the volume in allocation units.
public struct VolumeSizeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.size
    public static let fixedSize = 24

    public var totalAllocationUnits: UInt64
    public var availableAllocationUnits: UInt64
    public var sectorsPerAllocationUnit: UInt32
    public var bytesPerSector: UInt32

    public init(
        totalAllocationUnits: UInt64,
        availableAllocationUnits: UInt64,
        sectorsPerAllocationUnit: UInt32,
        bytesPerSector: UInt32
    ) {
        self.totalAllocationUnits = totalAllocationUnits
        self.availableAllocationUnits = availableAllocationUnits
        self.sectorsPerAllocationUnit = sectorsPerAllocationUnit
        self.bytesPerSector = bytesPerSector
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        totalAllocationUnits = try reader.read()
        availableAllocationUnits = try reader.read()
        sectorsPerAllocationUnit = try reader.read()
        bytesPerSector = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(totalAllocationUnits)
        writer.write(availableAllocationUnits)
        writer.write(sectorsPerAllocationUnit)
        writer.write(bytesPerSector)
    }
}
