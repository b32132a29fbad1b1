public import Wire

/// MS-FSCC 2.4.34: what a redirector wants to know of a file it opens.
public struct NetworkOpenInformation: FileInformation {
    public static let informationClass = FileInformationClass.networkOpen
    public static let fixedSize = 56

    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime
    public var allocationSize: UInt64
    public var endOfFile: UInt64
    public var attributes: FileAttributes

    public init(
        creationTime: FileTime,
        lastAccessTime: FileTime,
        lastWriteTime: FileTime,
        changeTime: FileTime,
        allocationSize: UInt64,
        endOfFile: UInt64,
        attributes: FileAttributes
    ) {
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.allocationSize = allocationSize
        self.endOfFile = endOfFile
        self.attributes = attributes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        allocationSize = try reader.read()
        endOfFile = try reader.read()
        attributes = FileAttributes(rawValue: try reader.read())
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        creationTime.encode(to: &writer)
        lastAccessTime.encode(to: &writer)
        lastWriteTime.encode(to: &writer)
        changeTime.encode(to: &writer)
        writer.write(allocationSize)
        writer.write(endOfFile)
        writer.write(attributes.rawValue)
        writer.write(zeros: 4)
    }
}
