public import Wire

/// Writes directory entries of one class straight into a response (MS-SMB2 2.2.34), up to a bound.
///
/// An entry that does not fit leaves the message as it was, so the caller keeps it for the next
/// request.
public struct DirectoryListWriter {
    private let format: DirectoryEntryFormat
    private let limit: Int
    private var list: EntryListWriter
    /// Entries written so far.
    public private(set) var entryCount = 0

    /// The least that a buffer must offer for a class, or nil when it is none of directories.
    public static func fixedSize(of informationClass: FileInformationClass) -> Int? {
        DirectoryEntryFormat(informationClass)?.fixedSize
    }

    /// Nil for a class that is not one of directory entries.
    public init?(
        _ informationClass: FileInformationClass,
        limit: Int,
        at writer: borrowing WireWriter
    ) {
        guard let format = DirectoryEntryFormat(informationClass) else { return nil }
        self.format = format
        self.limit = limit
        list = EntryListWriter(alignment: 8, at: writer)
    }

    /// Appends the entry; false when it does not fit and nothing was written.
    public mutating func append(_ entry: DirectoryEntry, to writer: inout WireWriter) -> Bool {
        let nameByteCount = entry.name.utf16.count * 2
        var size = format.fixedSize + nameByteCount
        if format.isPOSIX { size += entry.posix.encodedSize + 4 }
        guard size <= limit, list.nextOffset(writer) <= limit - size else { return false }
        list.beginEntry(&writer)
        writer.write(entry.fileIndex)
        if format.isPOSIX {
            writePOSIX(entry, nameByteCount: nameByteCount, to: &writer)
        } else {
            if format.hasDetails {
                writeDetails(entry, to: &writer)
                writer.write(entry.attributes.rawValue)
            }
            writer.write(UInt32(nameByteCount))
            writeExtras(entry, to: &writer)
        }
        writer.write(utf16: entry.name)
        entryCount += 1
        return true
    }

    private func writeDetails(_ entry: DirectoryEntry, to writer: inout WireWriter) {
        entry.creationTime.encode(to: &writer)
        entry.lastAccessTime.encode(to: &writer)
        entry.lastWriteTime.encode(to: &writer)
        entry.changeTime.encode(to: &writer)
        writer.write(entry.endOfFile)
        writer.write(entry.allocationSize)
    }

    private func writeExtras(_ entry: DirectoryEntry, to writer: inout WireWriter) {
        if format.hasExtendedAttributeSize { writer.write(entry.extendedAttributeSize) }
        if format.hasReparseTag { writer.write(entry.reparseTag) }
        if format.hasShortName, !format.hasReparseTag { writeShortName(entry, to: &writer) }
        if format.hasFileID {
            writer.write(zeros: format.paddingBeforeFileID)
            writer.write(entry.fileID)
        }
        if format.hasFileID128 { writer.write(entry.fileID128) }
        if format.hasShortName, format.hasReparseTag { writeShortName(entry, to: &writer) }
    }

    private func writeShortName(_ entry: DirectoryEntry, to writer: inout WireWriter) {
        let unitCount = entry.shortName.utf16.count
        let fits = unitCount <= 12
        writer.write(UInt8(fits ? unitCount * 2 : 0))
        writer.write(UInt8(0))
        if fits { writer.write(utf16: entry.shortName) }
        writer.write(zeros: fits ? 24 - unitCount * 2 : 24)
    }

    private func writePOSIX(
        _ entry: DirectoryEntry,
        nameByteCount: Int,
        to writer: inout WireWriter
    ) {
        writeDetails(entry, to: &writer)
        writer.write(entry.attributes.rawValue)
        writer.write(entry.fileID)
        writer.write(entry.deviceID)
        writer.write(UInt32(0))
        entry.posix.encode(to: &writer)
        writer.write(UInt32(nameByteCount))
    }
}
