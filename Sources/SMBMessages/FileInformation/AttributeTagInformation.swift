public import Wire

/// MS-FSCC 2.4.6: attributes and the reparse tag.
public struct AttributeTagInformation: FileInformation {
    public static let informationClass = FileInformationClass.attributeTag
    public static let fixedSize = 8

    public var attributes: FileAttributes
    public var reparseTag: UInt32

    public init(attributes: FileAttributes, reparseTag: UInt32) {
        self.attributes = attributes
        self.reparseTag = reparseTag
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        attributes = FileAttributes(rawValue: try reader.read())
        reparseTag = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(attributes.rawValue)
        writer.write(reparseTag)
    }
}
