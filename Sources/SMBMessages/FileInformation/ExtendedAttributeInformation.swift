public import Wire

/// MS-FSCC 2.4.13: how much the extended attributes take, as FILE_FULL_EA_INFORMATION.
public struct ExtendedAttributeInformation: FileInformation {
    public static let informationClass = FileInformationClass.extendedAttribute
    public static let fixedSize = 4

    public var size: UInt32

    public init(size: UInt32) {
        self.size = size
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        size = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(size)
    }
}
