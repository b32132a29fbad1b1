public import Wire

/// MS-FSCC 2.4.1: what the open was granted.
public struct AccessInformation: FileInformation {
    public static let informationClass = FileInformationClass.access
    public static let fixedSize = 4

    public var granted: AccessMask

    public init(granted: AccessMask) {
        self.granted = granted
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        granted = AccessMask(rawValue: try reader.read())
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(granted.rawValue)
    }
}
