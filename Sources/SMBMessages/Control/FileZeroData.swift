public import Wire

/// MS-FSCC 2.3.85: the range to fill with zeros; it ends before `beyondFinalZero`.
public struct FileZeroData: Hashable, Sendable {
    public static let fixedSize = 16

    public var fileOffset: Int64
    public var beyondFinalZero: Int64

    public init(fileOffset: Int64, beyondFinalZero: Int64) {
        self.fileOffset = fileOffset
        self.beyondFinalZero = beyondFinalZero
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        fileOffset = try reader.read()
        beyondFinalZero = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(fileOffset)
        writer.write(beyondFinalZero)
    }
}
