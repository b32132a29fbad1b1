public import Wire

/// MS-FSCC 2.5.9: when the volume was made, its serial number and its label.
public struct VolumeInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.volume
    public static let fixedSize = 18

    public var creationTime: FileTime
    public var serialNumber: UInt32
    public var supportsObjects: Bool
    public var label: String

    public init(
        creationTime: FileTime,
        serialNumber: UInt32,
        supportsObjects: Bool = false,
        label: String
    ) {
        self.creationTime = creationTime
        self.serialNumber = serialNumber
        self.supportsObjects = supportsObjects
        self.label = label
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        creationTime = try FileTime(from: &reader)
        serialNumber = try reader.read()
        let byteCount = Int(try reader.read(UInt32.self))
        supportsObjects = try reader.read(UInt8.self) != 0
        try reader.skip(1)
        label = try reader.readUTF16(byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        creationTime.encode(to: &writer)
        writer.write(serialNumber)
        writer.write(UInt32(label.utf16.count * 2))
        writer.write(UInt8(supportsObjects ? 1 : 0))
        writer.write(UInt8(0))
        writer.write(utf16: label)
    }
}
