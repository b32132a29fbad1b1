import FileStore
import SMBMessages
import Wire

/// MS-SMB2 3.3.5.18, MS-FSA 2.1.5.6.3.
enum QueryDirectory {
    /// Bytes of entries in one response: bounds how long a listing keeps its thread, whatever the
    /// client offers. It asks again for the rest.
    static let outputSizeMax = 1 << 18

    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try QueryDirectoryRequest(from: &reader)
        let open = try request.open(message.fileID)
        let offered = Int(message.outputBufferLength)
        guard offered <= request.connection.transactSizeMax else {
            throw NTStatus.invalidParameter
        }
        try request.checkCreditCharge(payloadCount: offered)
        guard let file = open.file, file.kind == .directory else {
            throw NTStatus.invalidParameter
        }
        try open.require(.listDirectory)
        guard let fixedSize = DirectoryListWriter.fixedSize(of: message.informationClass),
            message.informationClass != .posix || request.hasPOSIXExtensions
        else { throw NTStatus.invalidInfoClass }
        guard offered >= fixedSize else { throw NTStatus.infoLengthMismatch }

        let enumeration = try enumeration(of: open, file, message)
        let limit = min(offered, outputSizeMax)
        var count = 0
        try QueryDirectoryResponse.encode(to: &writer) { writer throws in
            count = try list(enumeration, message, limit, &writer)
        }
        guard count > 0 else {
            let isFirst = enumeration.isFirstQuery
            enumeration.markAnswered()
            throw isFirst ? NTStatus.noSuchFile : NTStatus.noMoreFiles
        }
        enumeration.markAnswered()
        return .answered
    }

    /// The open's position, made or set back as the request says.
    private static func enumeration(
        of open: Open,
        _ file: any StoreFile,
        _ message: QueryDirectoryRequest
    ) throws(NTStatus) -> DirectoryEnumeration {
        let restarts = !message.flags.isDisjoint(with: [.restartScans, .reopen])
        if let enumeration = open.enumeration {
            if restarts {
                let pattern = try pattern(message, file)
                try enumeration.restart(with: message.pattern.isEmpty ? nil : pattern)
            } else if message.flags.contains(.indexSpecified), message.fileIndex != 0 {
                try enumeration.resume(after: message.fileIndex)
            }
            return enumeration
        }
        let enumeration = DirectoryEnumeration(
            cursor: try file.makeCursor(),
            pattern: try pattern(message, file)
        )
        open.enumeration = enumeration
        return enumeration
    }

    private static func pattern(
        _ message: QueryDirectoryRequest,
        _ file: any StoreFile
    ) throws(NTStatus) -> WildcardPattern {
        if message.pattern.isEmpty { return .everything }
        // One component, wildcards allowed.
        guard !message.pattern.unicodeScalars.contains(where: { $0 == "\\" || $0 == "\0" }) else {
            throw .objectNameInvalid
        }
        return WildcardPattern(message.pattern, caseSensitive: file.path.rules == .posix)
    }

    /// Writes entries until the bound, the end, or the one entry that was asked for.
    private static func list(
        _ enumeration: DirectoryEnumeration,
        _ message: QueryDirectoryRequest,
        _ limit: Int,
        _ writer: inout WireWriter
    ) throws -> Int {
        let made = DirectoryListWriter(message.informationClass, limit: limit, at: writer)
        guard var list = made else { throw NTStatus.invalidInfoClass }
        let detail = detail(of: message.informationClass)
        while let found = try enumeration.next(detail) {
            var entry = DirectoryEntry(found)
            entry.fileIndex = enumeration.position
            guard list.append(entry, to: &writer) else {
                enumeration.pushBack()
                // The very first must fit at least (MS-FSA would cut its name off).
                if list.entryCount == 0 { throw NTStatus.infoLengthMismatch }
                break
            }
            if message.flags.contains(.returnSingleEntry) { break }
        }
        return list.entryCount
    }

    /// What has to be looked up for an entry of a class.
    private static func detail(of informationClass: FileInformationClass) -> DirectoryDetail {
        switch informationClass {
        case .names: .name
        case .directory, .posix: .metadata
        default: .metadataAndAttributeSize
        }
    }
}

extension DirectoryEntry {
    init(_ entry: StoreEntry) {
        self.init(name: entry.name)
        guard let metadata = entry.metadata else { return }
        creationTime = metadata.creationTime
        lastAccessTime = metadata.lastAccessTime
        lastWriteTime = metadata.lastWriteTime
        changeTime = metadata.changeTime
        endOfFile = metadata.endOfFile
        allocationSize = metadata.allocationSize
        attributes = metadata.attributes
        reparseTag = metadata.reparseTag
        extendedAttributeSize =
            metadata.attributes.contains(.reparsePoint)
            ? metadata.reparseTag : metadata.extendedAttributeSize
        fileID = metadata.identity.inode
        fileID128 = UInt128(metadata.identity.inode)
        deviceID = UInt32(truncatingIfNeeded: metadata.identity.device)
        posix = POSIXAttributes(metadata)
    }
}

extension POSIXAttributes {
    init(_ metadata: FileMetadata) {
        self.init(
            hardLinks: metadata.linkCount,
            reparseTag: metadata.reparseTag,
            // Without the kind of file, which clients take from the attributes and the tag.
            mode: metadata.mode & 0o7777,
            owner: .posixUser(metadata.userID),
            group: .posixGroup(metadata.groupID)
        )
    }
}

extension Request {
    var hasPOSIXExtensions: Bool { connection.negotiation?.hasPOSIXExtensions == true }
}
