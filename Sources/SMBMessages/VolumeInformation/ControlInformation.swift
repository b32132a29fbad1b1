public import Wire

/// MS-FSCC 2.5.2: the volume's quota settings.
public struct ControlInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.control
    public static let fixedSize = 48

    public var freeSpaceStartFiltering: UInt64
    public var freeSpaceThreshold: UInt64
    public var freeSpaceStopFiltering: UInt64
    public var defaultQuotaThreshold: UInt64
    public var defaultQuotaLimit: UInt64
    public var flags: UInt32

    public init(
        freeSpaceStartFiltering: UInt64,
        freeSpaceThreshold: UInt64,
        freeSpaceStopFiltering: UInt64,
        defaultQuotaThreshold: UInt64,
        defaultQuotaLimit: UInt64,
        flags: UInt32
    ) {
        self.freeSpaceStartFiltering = freeSpaceStartFiltering
        self.freeSpaceThreshold = freeSpaceThreshold
        self.freeSpaceStopFiltering = freeSpaceStopFiltering
        self.defaultQuotaThreshold = defaultQuotaThreshold
        self.defaultQuotaLimit = defaultQuotaLimit
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        freeSpaceStartFiltering = try reader.read()
        freeSpaceThreshold = try reader.read()
        freeSpaceStopFiltering = try reader.read()
        defaultQuotaThreshold = try reader.read()
        defaultQuotaLimit = try reader.read()
        flags = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(freeSpaceStartFiltering)
        writer.write(freeSpaceThreshold)
        writer.write(freeSpaceStopFiltering)
        writer.write(defaultQuotaThreshold)
        writer.write(defaultQuotaLimit)
        writer.write(flags)
        writer.write(zeros: 4)
    }
}
