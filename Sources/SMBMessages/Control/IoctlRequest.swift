public import Wire

/// MS-SMB2 2.2.31: a control of a file, a pipe or the server itself.
public struct IoctlRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 57
    /// SMB2_0_IOCTL_IS_FSCTL; a request without it is refused (3.3.5.15).
    public static let isFileSystemControl: UInt32 = 1

    public var controlCode: ControlCode
    public var fileID: FileID
    public var maximumInputResponse: UInt32
    public var maximumOutputResponse: UInt32
    /// How many bytes of output the request itself carries, which no control uses.
    public var outputCount: UInt32
    public var flags: UInt32
    public var input: [UInt8]

    public init(
        controlCode: ControlCode,
        fileID: FileID,
        maximumInputResponse: UInt32 = 0,
        maximumOutputResponse: UInt32,
        flags: UInt32 = IoctlRequest.isFileSystemControl,
        input: [UInt8] = []
    ) {
        self.controlCode = controlCode
        self.fileID = fileID
        self.maximumInputResponse = maximumInputResponse
        self.maximumOutputResponse = maximumOutputResponse
        outputCount = 0
        self.flags = flags
        self.input = input
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(2)
        controlCode = ControlCode(rawValue: try reader.read())
        fileID = try FileID(from: &reader)
        let start = Int(try reader.read(UInt32.self))
        let count = Int(try reader.read(UInt32.self))
        maximumInputResponse = try reader.read()
        try reader.skip(4)
        outputCount = try reader.read()
        maximumOutputResponse = try reader.read()
        flags = try reader.read()
        try reader.skip(4)
        input = try reader.buffer(at: start, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(0))
        writer.write(controlCode.rawValue)
        fileID.encode(to: &writer)
        let start = writer.reserve(UInt32.self)
        writer.write(UInt32(clamping: input.count))
        writer.write(maximumInputResponse)
        writer.write(UInt32(0))
        writer.write(outputCount)
        writer.write(maximumOutputResponse)
        writer.write(flags)
        writer.write(UInt32(0))
        guard !input.isEmpty else { return }
        writer.fillOffset(start)
        writer.write(bytes: input)
    }
}
