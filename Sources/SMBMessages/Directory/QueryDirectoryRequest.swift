public import Wire

/// MS-SMB2 2.2.33: asks for the next entries of a directory.
public struct QueryDirectoryRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 33

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let restartScans = Flags(rawValue: 0x01)
        public static let returnSingleEntry = Flags(rawValue: 0x02)
        public static let indexSpecified = Flags(rawValue: 0x04)
        public static let reopen = Flags(rawValue: 0x10)
    }

    public var informationClass: FileInformationClass
    public var flags: Flags
    public var fileIndex: UInt32
    public var fileID: FileID
    public var pattern: String
    public var outputBufferLength: UInt32

    public init(
        informationClass: FileInformationClass,
        flags: Flags = [],
        fileIndex: UInt32 = 0,
        fileID: FileID,
        pattern: String,
        outputBufferLength: UInt32
    ) {
        self.informationClass = informationClass
        self.flags = flags
        self.fileIndex = fileIndex
        self.fileID = fileID
        self.pattern = pattern
        self.outputBufferLength = outputBufferLength
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        informationClass = FileInformationClass(rawValue: try reader.read())
        flags = Flags(rawValue: try reader.read())
        fileIndex = try reader.read()
        fileID = try FileID(from: &reader)
        let start = Int(try reader.read(UInt16.self))
        let byteCount = Int(try reader.read(UInt16.self))
        outputBufferLength = try reader.read()
        pattern = try reader.text(at: start, byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(informationClass.rawValue)
        writer.write(flags.rawValue)
        writer.write(fileIndex)
        fileID.encode(to: &writer)
        let start = writer.reserve(UInt16.self)
        let length = writer.reserve(UInt16.self)
        writer.write(outputBufferLength)
        guard !pattern.isEmpty else { return }
        writer.fillOffset(start)
        writer.fill(length, with: pattern.utf16.count * 2)
        writer.write(utf16: pattern)
    }
}
