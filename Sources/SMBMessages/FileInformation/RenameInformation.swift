public import Wire

/// MS-FSCC 2.4.42.2: gives the file another name, as SMB2 sends it.
public struct RenameInformation: FileInformation {
    public static let informationClass = FileInformationClass.rename
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
        // The structure is eight-byte aligned: Windows refuses fewer than 24 bytes (MS-SMB2
        // 3.3.5.21.1), so a short name is padded.
        let total = Self.fixedSize + fileName.utf16.count * 2
        if total < 24 { writer.write(zeros: 24 - total) }
    }
}
