public import Wire

/// MS-FSCC 2.4.43: gives the file another name, with a choice of semantics.
public struct RenameExtendedInformation: FileInformation {
    public static let informationClass = FileInformationClass.renameExtended
    public static let fixedSize = 20

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let replaceIfExists = Flags(rawValue: 0x01)
        /// Replace a target that is open, as rename(2) does.
        public static let posixSemantics = Flags(rawValue: 0x02)
        public static let suppressPinStateInheritance = Flags(rawValue: 0x04)
        public static let suppressStorageReserveInheritance = Flags(rawValue: 0x08)
        public static let noIncreaseAvailableSpace = Flags(rawValue: 0x10)
        public static let noDecreaseAvailableSpace = Flags(rawValue: 0x20)
        public static let ignoreReadOnlyAttribute = Flags(rawValue: 0x40)
    }

    public var flags: Flags
    /// Must be zero across a network.
    public var rootDirectory: UInt64
    public var fileName: String

    public init(flags: Flags, rootDirectory: UInt64 = 0, fileName: String) {
        self.flags = flags
        self.rootDirectory = rootDirectory
        self.fileName = fileName
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        flags = Flags(rawValue: try reader.read())
        try reader.skip(4)
        rootDirectory = try reader.read()
        let byteCount = Int(try reader.read(UInt32.self))
        fileName = try reader.readUTF16(byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(flags.rawValue)
        writer.write(zeros: 4)
        writer.write(rootDirectory)
        writer.write(UInt32(fileName.utf16.count * 2))
        writer.write(utf16: fileName)
    }
}
