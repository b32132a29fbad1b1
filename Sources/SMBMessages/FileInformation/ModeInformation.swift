public import Wire

/// MS-FSCC 2.4.31: the create options that stay with the open.
public struct ModeInformation: FileInformation {
    public static let informationClass = FileInformationClass.mode
    public static let fixedSize = 4

    public var mode: UInt32

    public init(mode: UInt32) {
        self.mode = mode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        mode = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(mode)
    }
}
