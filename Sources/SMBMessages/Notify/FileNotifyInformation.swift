public import Wire

/// MS-FSCC 2.7.1: one change, with the path relative to the watched directory.
public struct FileNotifyInformation: Hashable, Sendable {
    public var action: NotifyAction
    public var fileName: String

    public init(action: NotifyAction, fileName: String) {
        self.action = action
        self.fileName = fileName
    }

    /// Bytes of this change alone, without padding.
    public var encodedSize: Int { 12 + fileName.utf16.count * 2 }

    /// Bytes that `changes` take as one buffer; only the last is not padded.
    public static func encodedSize(of changes: [FileNotifyInformation]) -> Int {
        changes.reduce(0) { total, change in (total + 3) & ~3 + change.encodedSize }
    }

    public static func encode(_ changes: [FileNotifyInformation], to writer: inout WireWriter) {
        var list = EntryListWriter(alignment: 4, at: writer)
        for change in changes {
            list.beginEntry(&writer)
            writer.write(change.action.rawValue)
            writer.write(UInt32(change.fileName.utf16.count * 2))
            writer.write(utf16: change.fileName)
        }
    }

    @_lifetime(reader: copy reader)
    public static func decodeList(
        from reader: inout WireReader
    ) throws(WireError) -> [FileNotifyInformation] {
        var changes: [FileNotifyInformation] = []
        var list = EntryListReader()
        while let _ = try list.next(&reader) {
            let action = NotifyAction(rawValue: try reader.read())
            let byteCount = Int(try reader.read(UInt32.self))
            let name = try reader.readUTF16(byteCount: byteCount)
            changes.append(FileNotifyInformation(action: action, fileName: name))
        }
        return changes
    }
}
