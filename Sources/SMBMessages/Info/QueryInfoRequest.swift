public import Wire

/// MS-SMB2 2.2.37: asks what is known of a file, its volume, or who may use it.
public struct QueryInfoRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 41

    /// How a query for extended attributes walks the list.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let restartScan = Flags(rawValue: 0x1)
        public static let returnSingleEntry = Flags(rawValue: 0x2)
        public static let indexSpecified = Flags(rawValue: 0x4)
    }

    public var infoType: InfoType
    /// A `FileInformationClass` or a `FileSystemInformationClass`, as `infoType` says.
    public var informationClass: UInt8
    public var outputBufferLength: UInt32
    /// Security information flags, or the index of the first extended attribute.
    public var additionalInformation: UInt32
    public var flags: Flags
    public var fileID: FileID
    /// The names of extended attributes, or a quota query.
    public var input: [UInt8]

    public init(
        infoType: InfoType,
        informationClass: UInt8 = 0,
        outputBufferLength: UInt32,
        additionalInformation: UInt32 = 0,
        flags: Flags = [],
        fileID: FileID,
        input: [UInt8] = []
    ) {
        self.infoType = infoType
        self.informationClass = informationClass
        self.outputBufferLength = outputBufferLength
        self.additionalInformation = additionalInformation
        self.flags = flags
        self.fileID = fileID
        self.input = input
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        infoType = InfoType(rawValue: try reader.read())
        informationClass = try reader.read()
        outputBufferLength = try reader.read()
        let start = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        let count = Int(try reader.read(UInt32.self))
        additionalInformation = try reader.read()
        flags = Flags(rawValue: try reader.read())
        fileID = try FileID(from: &reader)
        // Only two queries carry input; for the others the fields are to be ignored (3.3.5.20).
        let wantsInput =
            infoType == .quota
            || infoType == .file
                && informationClass == FileInformationClass.fullExtendedAttribute.rawValue
        input = wantsInput ? try reader.buffer(at: start, count: count) : []
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(infoType.rawValue)
        writer.write(informationClass)
        writer.write(outputBufferLength)
        let start = writer.reserve(UInt16.self)
        writer.write(UInt16(0))
        let length = writer.reserve(UInt32.self)
        writer.write(additionalInformation)
        writer.write(flags.rawValue)
        fileID.encode(to: &writer)
        guard !input.isEmpty else { return }
        writer.fillOffset(start)
        writer.fill(length, with: input.count)
        writer.write(bytes: input)
    }
}
