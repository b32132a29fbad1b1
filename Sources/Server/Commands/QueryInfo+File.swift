import FileStore
import SMBMessages
import SMBState
import Wire

extension InfoQuery {
    private var informationClass: FileInformationClass {
        FileInformationClass(rawValue: message.informationClass)
    }

    /// MS-SMB2 3.3.5.20.1, MS-FSA 2.1.5.12.
    func file(_ writer: inout WireWriter) throws -> Connection.Result {
        guard case .file(let file) = open.target else { return try pipe(&writer) }
        switch informationClass {
        case .basic, .all, .networkOpen, .attributeTag, .posix:
            try open.require(.readAttributes)
        case .fullExtendedAttribute:
            try open.require(.readExtendedAttributes)
        default:
            break
        }
        switch informationClass {
        case .stream:
            return try streams(of: file, &writer)
        case .fullExtendedAttribute:
            return try extendedAttributes(of: file, &writer)
        case .access, .position, .mode, .alignment:
            return try ofOpen(&writer)
        case .name, .normalizedName, .alternateName:
            return try name(of: file, &writer)
        default:
            return try ofMetadata(try file.metadata(), file, &writer)
        }
    }

    // MARK: What the open itself knows

    private var access: AccessInformation { AccessInformation(granted: open.grantedAccess) }
    private var position: PositionInformation {
        PositionInformation(currentByteOffset: open.currentByteOffset)
    }
    private var mode: ModeInformation {
        ModeInformation(mode: open.createOptions.rawValue & SetInfo.modeOptions)
    }
    private var alignment: AlignmentInformation { AlignmentInformation(requirement: 0) }

    private func ofOpen(_ writer: inout WireWriter) throws(NTStatus) -> Connection.Result {
        switch informationClass {
        case .access: try write(access, to: &writer)
        case .position: try write(position, to: &writer)
        case .mode: try write(mode, to: &writer)
        default: try write(alignment, to: &writer)
        }
    }

    // MARK: Names

    private func name(
        of file: any StoreFile,
        _ writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        switch informationClass {
        case .name:
            return try write(
                NameInformation(name: Self.fullName(of: file)),
                minimum: 8,
                to: &writer
            )
        case .normalizedName:
            // Dialects before 3.1.1 do not have it.
            guard request.connection.negotiation?.dialect == .smb311 else { throw .notSupported }
            let name = try file.currentPath().description
            return try write(NormalizedNameInformation(name: name), minimum: 8, to: &writer)
        default:
            let name = try ShortName(of: file.currentPath().name)
            return try write(AlternateNameInformation(name: name.text), minimum: 8, to: &writer)
        }
    }

    private static func fullName(of file: any StoreFile) -> String { "\\\(file.path)" }

    // MARK: What the file system knows

    private func ofMetadata(
        _ metadata: FileMetadata,
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        switch informationClass {
        case .basic:
            return try write(BasicInformation(metadata), to: &writer)
        case .standard:
            return try write(standard(metadata), to: &writer)
        case .internal:
            let value = InternalInformation(indexNumber: metadata.identity.inode)
            return try write(value, to: &writer)
        case .extendedAttribute:
            return try write(
                ExtendedAttributeInformation(size: metadata.extendedAttributeSize),
                to: &writer
            )
        case .all:
            return try write(all(metadata, file), minimum: 104, to: &writer)
        case .compression:
            let value = CompressionInformation(
                compressedSize: metadata.endOfFile,
                format: 0,
                unitShift: 0,
                chunkShift: 0,
                clusterShift: 0
            )
            return try write(value, to: &writer)
        case .networkOpen:
            return try write(NetworkOpenInformation(metadata), to: &writer)
        case .attributeTag:
            let value = AttributeTagInformation(
                attributes: metadata.attributes,
                reparseTag: metadata.reparseTag
            )
            return try write(value, to: &writer)
        case .id:
            guard request.connection.negotiation?.is3x == true else {
                throw NTStatus.notSupported
            }
            let value = IDInformation(
                volumeSerialNumber: metadata.identity.device,
                fileID: UInt128(metadata.identity.inode)
            )
            return try write(value, to: &writer)
        case .posix:
            guard request.hasPOSIXExtensions else { throw NTStatus.invalidInfoClass }
            return try write(POSIXInformation(metadata), to: &writer)
        case .objectID, .reparsePoint, .quota, .hardLink, .standardLink, .shortName, .pipe,
            .pipeLocal, .pipeRemote:
            throw NTStatus.notSupported
        default:
            throw NTStatus.invalidInfoClass
        }
    }

    private func standard(_ metadata: FileMetadata) -> StandardInformation {
        let isPending = request.connection.server.files.withTable {
            $0.isDeletePending(open.openID)
        }
        // A file that is to be deleted has lost the link already (MS-FSA 2.1.5.12.27).
        let links = metadata.linkCount
        return StandardInformation(
            allocationSize: metadata.allocationSize,
            endOfFile: metadata.endOfFile,
            numberOfLinks: isPending && links > 0 ? links - 1 : links,
            deletePending: isPending,
            directory: metadata.isDirectory && !(open.file?.isStream ?? false)
        )
    }

    private func all(_ metadata: FileMetadata, _ file: any StoreFile) -> AllInformation {
        AllInformation(
            basic: BasicInformation(metadata),
            standard: standard(metadata),
            internal: InternalInformation(indexNumber: metadata.identity.inode),
            extendedAttribute: ExtendedAttributeInformation(size: metadata.extendedAttributeSize),
            access: access,
            position: position,
            mode: mode,
            alignment: alignment,
            name: NameInformation(name: Self.fullName(of: file))
        )
    }

    // MARK: Lists

    private func streams(
        of file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard limit >= 32 else { throw NTStatus.infoLengthMismatch }
        let streams = try file.streams().map { entry in
            StreamInformation(
                name: entry.wireName,
                size: entry.size,
                allocationSize: entry.allocationSize
            )
        }
        var written = 0
        OutputBufferResponse.encode(to: &writer) { writer in
            written = StreamInformation.encode(streams, limit: limit, to: &writer)
        }
        return written == streams.count ? .answered : .answeredWith(.bufferOverflow)
    }
}

extension BasicInformation {
    init(_ metadata: FileMetadata) {
        self.init(
            creationTime: metadata.creationTime,
            lastAccessTime: metadata.lastAccessTime,
            lastWriteTime: metadata.lastWriteTime,
            changeTime: metadata.changeTime,
            attributes: metadata.attributes
        )
    }
}

extension NetworkOpenInformation {
    init(_ metadata: FileMetadata) {
        self.init(
            creationTime: metadata.creationTime,
            lastAccessTime: metadata.lastAccessTime,
            lastWriteTime: metadata.lastWriteTime,
            changeTime: metadata.changeTime,
            allocationSize: metadata.allocationSize,
            endOfFile: metadata.endOfFile,
            attributes: metadata.attributes
        )
    }
}

extension POSIXInformation {
    init(_ metadata: FileMetadata) {
        self.init(
            creationTime: metadata.creationTime,
            lastAccessTime: metadata.lastAccessTime,
            lastWriteTime: metadata.lastWriteTime,
            changeTime: metadata.changeTime,
            endOfFile: metadata.endOfFile,
            allocationSize: metadata.allocationSize,
            attributes: metadata.attributes,
            inode: metadata.identity.inode,
            deviceID: UInt32(truncatingIfNeeded: metadata.identity.device),
            posix: POSIXAttributes(metadata)
        )
    }
}
