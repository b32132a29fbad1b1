public import Wire

/// MS-SMB2 2.2.39: changes what is known of a file, its name or who may use it.
public struct SetInfoRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 33

    public var infoType: InfoType
    /// A `FileInformationClass` or a `FileSystemInformationClass`, as `infoType` says.
    public var informationClass: UInt8
    /// Security information flags; zero otherwise.
    public var additionalInformation: UInt32
    public var fileID: FileID
    public var input: [UInt8]

    public init(
        infoType: InfoType,
        informationClass: UInt8 = 0,
        additionalInformation: UInt32 = 0,
        fileID: FileID,
        input: [UInt8]
    ) {
        self.infoType = infoType
        self.informationClass = informationClass
        self.additionalInformation = additionalInformation
        self.fileID = fileID
        self.input = input
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        infoType = InfoType(rawValue: try reader.read())
        informationClass = try reader.read()
        let count = Int(try reader.read(UInt32.self))
        let start = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        additionalInformation = try reader.read()
        fileID = try FileID(from: &reader)
        input = try reader.buffer(at: start, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(infoType.rawValue)
        writer.write(informationClass)
        writer.write(UInt32(clamping: input.count))
        let start = writer.reserve(UInt16.self)
        writer.write(UInt16(0))
        writer.write(additionalInformation)
        fileID.encode(to: &writer)
        writer.fillOffset(start)
        writer.write(bytes: input)
    }
}
