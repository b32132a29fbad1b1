public import Wire

/// MS-FSCC 2.4.11: marks the file for deletion, or takes the mark away.
public struct DispositionInformation: FileInformation {
    public static let informationClass = FileInformationClass.disposition
    public static let fixedSize = 1

    public var deletePending: Bool

    public init(deletePending: Bool) {
        self.deletePending = deletePending
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        deletePending = try reader.read(UInt8.self) != 0
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(UInt8(deletePending ? 1 : 0))
    }
}
