public import Wire

/// MS-SMB2 2.2.16: the open is gone. The attributes are there if the request asked for them.
public struct CloseResponse: Hashable, Sendable {
    public static let structureSize: UInt16 = 60

    public var flags: CloseRequest.Flags
    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime
    public var allocationSize: UInt64
    public var endOfFile: UInt64
    public var attributes: FileAttributes

    public init(
        flags: CloseRequest.Flags = [],
        creationTime: FileTime = .zero,
        lastAccessTime: FileTime = .zero,
        lastWriteTime: FileTime = .zero,
        changeTime: FileTime = .zero,
        allocationSize: UInt64 = 0,
        endOfFile: UInt64 = 0,
        attributes: FileAttributes = []
    ) {
        self.flags = flags
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
        try reader.expectStructureSize(Self.structureSize)
        flags = CloseRequest.Flags(rawValue: try reader.read())
        try reader.skip(4)
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        allocationSize = try reader.read()
        endOfFile = try reader.read()
        attributes = FileAttributes(rawValue: try reader.read())
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(flags.rawValue)
        writer.write(UInt32(0))
        creationTime.encode(to: &writer)
        lastAccessTime.encode(to: &writer)
        lastWriteTime.encode(to: &writer)
        changeTime.encode(to: &writer)
        writer.write(allocationSize)
        writer.write(endOfFile)
        writer.write(attributes.rawValue)
    }
}
