public import Wire

extension DirectoryEntry {
    /// Every entry of a QUERY_DIRECTORY response (MS-SMB2 2.2.34), in the server's order.
    @_lifetime(reader: copy reader)
    public static func decodeList(
        _ informationClass: FileInformationClass,
        from reader: inout WireReader
    ) throws(WireError) -> [DirectoryEntry] {
        guard let format = DirectoryEntryFormat(informationClass) else {
            throw WireError(.invalidValue, at: reader.offset)
        }
        var entries: [DirectoryEntry] = []
        var list = EntryListReader()
        while let _ = try list.next(&reader) {
            entries.append(try DirectoryEntry(format, from: &reader))
        }
        return entries
    }

    @_lifetime(reader: copy reader)
    private init(
        _ format: DirectoryEntryFormat,
        from reader: inout WireReader
    ) throws(WireError) {
        self.init(name: "")
        fileIndex = try reader.read()
        if format.isPOSIX {
            try readDetails(from: &reader)
            fileID = try reader.read()
            deviceID = try reader.read()
            try reader.skip(4)
            posix = try POSIXAttributes(from: &reader)
            reparseTag = posix.reparseTag
        } else if format.hasDetails {
            try readDetails(from: &reader)
        }
        let byteCount = Int(try reader.read(UInt32.self))
        try readExtras(format, from: &reader)
        name = try reader.readUTF16(byteCount: byteCount)
    }

    @_lifetime(reader: copy reader)
    private mutating func readDetails(from reader: inout WireReader) throws(WireError) {
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        endOfFile = try reader.read()
        allocationSize = try reader.read()
        attributes = FileAttributes(rawValue: try reader.read())
    }

    @_lifetime(reader: copy reader)
    private mutating func readExtras(
        _ format: DirectoryEntryFormat,
        from reader: inout WireReader
    ) throws(WireError) {
        if format.hasExtendedAttributeSize { extendedAttributeSize = try reader.read() }
        if format.hasReparseTag { reparseTag = try reader.read() }
        if format.hasShortName, !format.hasReparseTag { try readShortName(from: &reader) }
        if format.hasFileID {
            try reader.skip(format.paddingBeforeFileID)
            fileID = try reader.read()
        }
        if format.hasFileID128 { fileID128 = try reader.read() }
        if format.hasShortName, format.hasReparseTag { try readShortName(from: &reader) }
    }

    @_lifetime(reader: copy reader)
    private mutating func readShortName(from reader: inout WireReader) throws(WireError) {
        let position = reader.offset
        let byteCount = Int(try reader.read(UInt8.self))
        guard byteCount <= 24 else { throw WireError(.invalidValue, at: position) }
        try reader.skip(1)
        shortName = try reader.readUTF16(byteCount: byteCount)
        try reader.skip(24 - byteCount)
    }
}
