public import Wire

/// MS-FSCC 2.5.1: what the file system can do, and its name.
public struct AttributeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.attribute
    public static let fixedSize = 12

    public var attributes: FileSystemAttributes
    /// The longest name of one component, in UTF-16 units.
    public var maximumComponentNameLength: UInt32
    public var fileSystemName: String

    public init(
        attributes: FileSystemAttributes,
        maximumComponentNameLength: UInt32,
        fileSystemName: String
    ) {
        self.attributes = attributes
        self.maximumComponentNameLength = maximumComponentNameLength
        self.fileSystemName = fileSystemName
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        attributes = FileSystemAttributes(rawValue: try reader.read())
        maximumComponentNameLength = try reader.read()
        let byteCount = Int(try reader.read(UInt32.self))
        fileSystemName = try reader.readUTF16(byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(attributes.rawValue)
        writer.write(maximumComponentNameLength)
        writer.write(UInt32(fileSystemName.utf16.count * 2))
        writer.write(utf16: fileSystemName)
    }
}
