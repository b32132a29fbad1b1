public import Wire

/// MS-FSCC 2.4.28.2: makes a hard link to the file, as SMB2 sends it.
public struct LinkInformation: FileInformation {
    public static let informationClass = FileInformationClass.link
    public static let fixedSize = 20

    public var replaceIfExists: Bool
    /// Must be zero across a network.
    public var rootDirectory: UInt64
    public var fileName: String

    public init(replaceIfExists: Bool, rootDirectory: UInt64 = 0, fileName: String) {
        self.replaceIfExists = replaceIfExists
        self.rootDirectory = rootDirectory
        self.fileName = fileName
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        replaceIfExists = try reader.read(UInt8.self) != 0
        try reader.skip(7)
        rootDirectory = try reader.read()
        let byteCount = Int(try reader.read(UInt32.self))
        fileName = try reader.readUTF16(byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(UInt8(replaceIfExists ? 1 : 0))
        writer.write(zeros: 7)
        writer.write(rootDirectory)
        writer.write(UInt32(fileName.utf16.count * 2))
        writer.write(utf16: fileName)
    }
}
