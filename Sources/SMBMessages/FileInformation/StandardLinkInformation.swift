public import Wire

/// MS-FSCC 2.4.48: names that can still be reached, and links in all.
public struct StandardLinkInformation: FileInformation {
    public static let informationClass = FileInformationClass.standardLink
    public static let fixedSize = 12

    public var accessibleLinks: UInt32
    public var totalLinks: UInt32
    public var deletePending: Bool
    public var directory: Bool

    public init(
        accessibleLinks: UInt32,
        totalLinks: UInt32,
        deletePending: Bool,
        directory: Bool
    ) {
        self.accessibleLinks = accessibleLinks
        self.totalLinks = totalLinks
        self.deletePending = deletePending
        self.directory = directory
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        accessibleLinks = try reader.read()
        totalLinks = try reader.read()
        deletePending = try reader.read(UInt8.self) != 0
        directory = try reader.read(UInt8.self) != 0
        try reader.skip(2)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(accessibleLinks)
        writer.write(totalLinks)
        writer.write(UInt8(deletePending ? 1 : 0))
        writer.write(UInt8(directory ? 1 : 0))
        writer.write(zeros: 2)
    }
}
