public import Wire

/// MS-FSCC 2.4.27: the number that names the file on its volume.
public struct InternalInformation: FileInformation {
    public static let informationClass = FileInformationClass.internal
    public static let fixedSize = 8

    public var indexNumber: UInt64

    public init(indexNumber: UInt64) {
        self.indexNumber = indexNumber
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        indexNumber = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(indexNumber)
    }
}
