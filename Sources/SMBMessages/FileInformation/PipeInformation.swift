public import Wire

/// MS-FSCC 2.4.37: how a pipe reads (stream or messages) and whether it blocks.
public struct PipeInformation: FileInformation {
    public static let informationClass = FileInformationClass.pipe
    public static let fixedSize = 8

    public var readMode: UInt32
    public var completionMode: UInt32

    public init(readMode: UInt32, completionMode: UInt32) {
        self.readMode = readMode
        self.completionMode = completionMode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        readMode = try reader.read()
        completionMode = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(readMode)
        writer.write(completionMode)
    }
}
