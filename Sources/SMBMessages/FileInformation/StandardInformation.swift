public import Wire

/// MS-FSCC 2.4.47: sizes, links and whether the file is to be deleted.
public struct StandardInformation: FileInformation {
    public static let informationClass = FileInformationClass.standard
    public static let fixedSize = 24

    public var allocationSize: UInt64
    public var endOfFile: UInt64
    public var numberOfLinks: UInt32
    public var deletePending: Bool
    public var directory: Bool

    public init(
        allocationSize: UInt64,
        endOfFile: UInt64,
        numberOfLinks: UInt32,
        deletePending: Bool,
        directory: Bool
    ) {
        self.allocationSize = allocationSize
        self.endOfFile = endOfFile
        self.numberOfLinks = numberOfLinks
        self.deletePending = deletePending
        self.directory = directory
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        allocationSize = try reader.read()
        endOfFile = try reader.read()
        numberOfLinks = try reader.read()
        deletePending = try reader.read(UInt8.self) != 0
        directory = try reader.read(UInt8.self) != 0
        try reader.skip(2)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(allocationSize)
        writer.write(endOfFile)
        writer.write(numberOfLinks)
        writer.write(UInt8(deletePending ? 1 : 0))
        writer.write(UInt8(directory ? 1 : 0))
        writer.write(zeros: 2)
    }
}
