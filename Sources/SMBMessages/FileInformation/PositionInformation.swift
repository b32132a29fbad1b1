public import Wire

/// MS-FSCC 2.4.40: the open's own position, which SMB2 keeps but never uses.
public struct PositionInformation: FileInformation {
    public static let informationClass = FileInformationClass.position
    public static let fixedSize = 8

    public var currentByteOffset: UInt64

    public init(currentByteOffset: UInt64) {
        self.currentByteOffset = currentByteOffset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        currentByteOffset = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(currentByteOffset)
    }
}
