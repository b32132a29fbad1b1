public import Wire

/// MS-SMB2 2.2.35: asks to be told of the next changes in a directory.
public struct ChangeNotifyRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 32

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Everything beneath the directory, not only its own entries.
        public static let watchTree = Flags(rawValue: 0x0001)
    }

    public var flags: Flags
    public var outputBufferLength: UInt32
    public var fileID: FileID
    public var completionFilter: CompletionFilter

    public init(
        flags: Flags = [],
        outputBufferLength: UInt32,
        fileID: FileID,
        completionFilter: CompletionFilter
    ) {
        self.flags = flags
        self.outputBufferLength = outputBufferLength
        self.fileID = fileID
        self.completionFilter = completionFilter
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        flags = Flags(rawValue: try reader.read())
        outputBufferLength = try reader.read()
        fileID = try FileID(from: &reader)
        completionFilter = CompletionFilter(rawValue: try reader.read())
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(flags.rawValue)
        writer.write(outputBufferLength)
        fileID.encode(to: &writer)
        writer.write(completionFilter.rawValue)
        writer.write(UInt32(0))
    }
}
