public import Wire

/// MS-FSCC 2.4.12: deletion with a choice of semantics.
public struct DispositionExtendedInformation: FileInformation {
    public static let informationClass = FileInformationClass.dispositionExtended
    public static let fixedSize = 4

    public var flags: UInt32

    public init(flags: UInt32) {
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        flags = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(flags)
    }

    public static let delete: UInt32 = 0x01
    /// The name goes when this open closes, not when the last one does.
    public static let posixSemantics: UInt32 = 0x02
    public static let forceImageSectionCheck: UInt32 = 0x04
    public static let onClose: UInt32 = 0x08
    public static let ignoreReadOnlyAttribute: UInt32 = 0x10
}
