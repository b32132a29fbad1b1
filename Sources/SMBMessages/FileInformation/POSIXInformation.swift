public import Wire

/// The SMB 3.1.1 POSIX extensions, which MS-SMB2 does not have: level 100 of a file, what stat
/// tells.
public struct POSIXInformation: FileInformation {
    public static let informationClass = FileInformationClass.posix
    /// With two SIDs of no sub-authorities, and no name.
    public static let fixedSize = 68 + 12 + 16

    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime
    public var endOfFile: UInt64
    public var allocationSize: UInt64
    public var attributes: FileAttributes
    public var inode: UInt64
    public var deviceID: UInt32
    public var posix: POSIXAttributes

    public init(
        creationTime: FileTime,
        lastAccessTime: FileTime,
        lastWriteTime: FileTime,
        changeTime: FileTime,
        endOfFile: UInt64,
        allocationSize: UInt64,
        attributes: FileAttributes,
        inode: UInt64,
        deviceID: UInt32,
        posix: POSIXAttributes
    ) {
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.endOfFile = endOfFile
        self.allocationSize = allocationSize
        self.attributes = attributes
        self.inode = inode
        self.deviceID = deviceID
        self.posix = posix
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        endOfFile = try reader.read()
        allocationSize = try reader.read()
        attributes = FileAttributes(rawValue: try reader.read())
        inode = try reader.read()
        deviceID = try reader.read()
        try reader.skip(4)
        posix = try POSIXAttributes(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        creationTime.encode(to: &writer)
        lastAccessTime.encode(to: &writer)
        lastWriteTime.encode(to: &writer)
        changeTime.encode(to: &writer)
        writer.write(endOfFile)
        writer.write(allocationSize)
        writer.write(attributes.rawValue)
        writer.write(inode)
        writer.write(deviceID)
        writer.write(UInt32(0))
        posix.encode(to: &writer)
    }
}
