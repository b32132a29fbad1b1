public import Wire

/// MS-SMB2 2.2.32: the outcome of a control.
public struct IoctlResponse: Hashable, Sendable {
    public static let structureSize: UInt16 = 49
    /// Bytes before the buffer, header not included.
    public static let fixedSize = 48

    public var controlCode: ControlCode
    public var fileID: FileID
    public var output: [UInt8]

    public init(controlCode: ControlCode, fileID: FileID, output: [UInt8] = []) {
        self.controlCode = controlCode
        self.fileID = fileID
        self.output = output
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(2)
        controlCode = ControlCode(rawValue: try reader.read())
        fileID = try FileID(from: &reader)
        try reader.skip(8)
        let start = Int(try reader.read(UInt32.self))
        let count = Int(try reader.read(UInt32.self))
        try reader.skip(8)
        output = try reader.buffer(at: start, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(0))
        writer.write(controlCode.rawValue)
        fileID.encode(to: &writer)
        let inputOffset = writer.reserve(UInt32.self)
        writer.write(UInt32(0))
        let outputOffset = writer.reserve(UInt32.self)
        writer.write(UInt32(clamping: output.count))
        writer.write(UInt64(0))
        writer.fillOffset(inputOffset)
        writer.fillOffset(outputOffset)
        writer.write(bytes: output)
    }
}
