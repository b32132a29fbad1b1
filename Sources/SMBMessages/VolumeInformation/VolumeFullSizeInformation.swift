public import Wire

/// MS-FSCC 2.5.4: the volume in allocation units, quotas regarded and not.
public struct VolumeFullSizeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.fullSize
    public static let fixedSize = 32

    public var totalAllocationUnits: UInt64
    public var callerAvailableAllocationUnits: UInt64
    public var actualAvailableAllocationUnits: UInt64
    public var sectorsPerAllocationUnit: UInt32
    public var bytesPerSector: UInt32

    public init(
        totalAllocationUnits: UInt64,
        callerAvailableAllocationUnits: UInt64,
        actualAvailableAllocationUnits: UInt64,
        sectorsPerAllocationUnit: UInt32,
        bytesPerSector: UInt32
    ) {
        self.totalAllocationUnits = totalAllocationUnits
        self.callerAvailableAllocationUnits = callerAvailableAllocationUnits
        self.actualAvailableAllocationUnits = actualAvailableAllocationUnits
        self.sectorsPerAllocationUnit = sectorsPerAllocationUnit
        self.bytesPerSector = bytesPerSector
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        totalAllocationUnits = try reader.read()
        callerAvailableAllocationUnits = try reader.read()
        actualAvailableAllocationUnits = try reader.read()
        sectorsPerAllocationUnit = try reader.read()
        bytesPerSector = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(totalAllocationUnits)
        writer.write(callerAvailableAllocationUnits)
        writer.write(actualAvailableAllocationUnits)
        writer.write(sectorsPerAllocationUnit)
        writer.write(bytesPerSector)
    }
}
