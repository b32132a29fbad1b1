public import Wire

/// MS-FSCC 2.4.14: sets the size.
public struct EndOfFileInformation: FileInformation {
    public static let informationClass = FileInformationClass.endOfFile
    public static let fixedSize = 8

    public var endOfFile: UInt64

    public init(endOfFile: UInt64) {
        self.endOfFile = endOfFile
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        endOfFile = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(endOfFile)
    }
}
