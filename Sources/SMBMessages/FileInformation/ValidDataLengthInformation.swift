public import Wire

/// MS-FSCC 2.4.50: declares bytes valid without writing them.
public struct ValidDataLengthInformation: FileInformation {
    public static let informationClass = FileInformationClass.validDataLength
    public static let fixedSize = 8

    public var validDataLength: UInt64

    public init(validDataLength: UInt64) {
        self.validDataLength = validDataLength
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        validDataLength = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(validDataLength)
    }
}
