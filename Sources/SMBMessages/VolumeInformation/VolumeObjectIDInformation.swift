public import Wire

/// MS-FSCC 2.5.6: the identifier of the volume, and 48 bytes that it may carry.
public struct VolumeObjectIDInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.objectID
    public static let fixedSize = 64

    public var objectID: GUID
    /// The extended information, in three parts of sixteen bytes.
    public var extendedInfo0: UInt128
    public var extendedInfo1: UInt128
    public var extendedInfo2: UInt128

    public init(
        objectID: GUID,
        extendedInfo0: UInt128 = 0,
        extendedInfo1: UInt128 = 0,
        extendedInfo2: UInt128 = 0
    ) {
        self.objectID = objectID
        self.extendedInfo0 = extendedInfo0
        self.extendedInfo1 = extendedInfo1
        self.extendedInfo2 = extendedInfo2
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        objectID = try GUID(from: &reader)
        extendedInfo0 = try reader.read()
        extendedInfo1 = try reader.read()
        extendedInfo2 = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        objectID.encode(to: &writer)
        writer.write(extendedInfo0)
        writer.write(extendedInfo1)
        writer.write(extendedInfo2)
    }
}
