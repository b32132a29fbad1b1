public import Wire

/// MS-FSCC 2.5.10: the kind of device under the share.
public struct DeviceInformation: FileSystemInformation {
    public static let informationClass = FileSystemInformationClass.device
    public static let fixedSize = 8

    public var deviceType: UInt32
    public var characteristics: UInt32

    public init(deviceType: UInt32, characteristics: UInt32) {
        self.deviceType = deviceType
        self.characteristics = characteristics
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        deviceType = try reader.read()
        characteristics = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(deviceType)
        writer.write(characteristics)
    }

    public static let diskDevice: UInt32 = 0x07
    public static let namedPipeDevice: UInt32 = 0x11
    /// FILE_DEVICE_IS_MOUNTED.
    public static let isMounted: UInt32 = 0x20
    /// FILE_READ_ONLY_DEVICE.
    public static let isReadOnly: UInt32 = 0x02
}
