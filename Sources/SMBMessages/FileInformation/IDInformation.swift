public import Wire

/// MS-FSCC 2.4.26: the volume and the 128-bit number that name the file.
public struct IDInformation: FileInformation {
    public static let informationClass = FileInformationClass.id
    public static let fixedSize = 24

    public var volumeSerialNumber: UInt64
    public var fileID: UInt128

    public init(volumeSerialNumber: UInt64, fileID: UInt128) {
        self.volumeSerialNumber = volumeSerialNumber
        self.fileID = fileID
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        volumeSerialNumber = try reader.read()
        fileID = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(volumeSerialNumber)
        writer.write(fileID)
    }
}
