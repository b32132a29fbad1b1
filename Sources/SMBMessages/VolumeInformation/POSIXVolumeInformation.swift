public import Wire

/// The SMB 3.1.1 POSIX extensions, which MS-SMB2 does not have: what statvfs tells of a volume.
public struct POSIXVolumeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.posix
    public static let fixedSize = 56

    public var optimalTransferSize: UInt32
    public var blockSize: UInt32
    public var totalBlocks: UInt64
    public var availableBlocks: UInt64
    public var userAvailableBlocks: UInt64
    public var totalFileNodes: UInt64
    public var freeFileNodes: UInt64
    public var fileSystemIdentifier: UInt64

    public init(
        optimalTransferSize: UInt32,
        blockSize: UInt32,
        totalBlocks: UInt64,
        availableBlocks: UInt64,
        userAvailableBlocks: UInt64,
        totalFileNodes: UInt64,
        freeFileNodes: UInt64,
        fileSystemIdentifier: UInt64
    ) {
        self.optimalTransferSize = optimalTransferSize
        self.blockSize = blockSize
        self.totalBlocks = totalBlocks
        self.availableBlocks = availableBlocks
        self.userAvailableBlocks = userAvailableBlocks
        self.totalFileNodes = totalFileNodes
        self.freeFileNodes = freeFileNodes
        self.fileSystemIdentifier = fileSystemIdentifier
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        optimalTransferSize = try reader.read()
        blockSize = try reader.read()
        totalBlocks = try reader.read()
        availableBlocks = try reader.read()
        userAvailableBlocks = try reader.read()
        totalFileNodes = try reader.read()
        freeFileNodes = try reader.read()
        fileSystemIdentifier = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(optimalTransferSize)
        writer.write(blockSize)
        writer.write(totalBlocks)
        writer.write(availableBlocks)
        writer.write(userAvailableBlocks)
        writer.write(totalFileNodes)
        writer.write(freeFileNodes)
        writer.write(fileSystemIdentifier)
    }
}
