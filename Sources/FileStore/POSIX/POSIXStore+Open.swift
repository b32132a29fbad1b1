internal import CFileSystem
internal import Descriptors
public import SMBMessages

extension POSIXStore {
    /// How often an open is begun again because somebody else made, replaced or took the file away
    /// between the look and the open.
    private static let attemptMax = 16

    public func metadata(
        at path: StorePath,
        opensReparsePoint: Bool
    ) throws(NTStatus) -> FileMetadata? {
        switch try resolve(path) {
        case .missing:
            return nil
        case .found(let native, let place, let status):
            if FileKind(mode: status.mode) == .symbolicLink, !opensReparsePoint {
                let target = try follow(native, path.rules)
                return try metadata(target.place, target.status, stream: path.stream)
            }
            return try metadata(place, status, stream: path.stream)
        }
    }

    private func metadata(
        _ place: borrowing FileDescriptor,
        _ status: fs_file_status,
        stream: String?
    ) throws(NTStatus) -> FileMetadata? {
        let descriptor = place.rawValue
        return try mappingErrors { () throws(Errno) in
            let stored = try storedAttributes(descriptor)
            var metadata = FileMetadata(status, stored)
            metadata.security = try storedSecurity(descriptor, status)
            guard let stream else { return metadata }
            guard capabilities.contains(.namedStreams),
                let name = try StreamName.find(stream, on: descriptor),
                let size = try System.attributeSize(descriptor, name.attribute)
            else { return nil }
            return metadata.ofStream(name, size: size)
        }
    }

    func storedAttributes(_ descriptor: Int32) throws(Errno) -> StoredAttributes? {
        guard capabilities.contains(.extendedAttributes) else { return nil }
        return try System.attribute(descriptor, StoredAttributes.name, sizeHint: 64)
            .flatMap { StoredAttributes(bytes: $0) }
    }

    /// The descriptor that is kept with a file and still counts.
    func storedSecurity(
        _ descriptor: Int32,
        _ status: fs_file_status
    ) throws(Errno) -> SecurityDescriptor? {
        guard capabilities.contains(.persistentSecurity),
            let bytes = try System.attribute(descriptor, StoredSecurity.name, sizeHint: 1024),
            let stored = StoredSecurity(bytes: bytes), stored.isCurrent(status)
        else { return nil }
        return stored.descriptor
    }

    /// Where a symbolic link leads, inside the share. POSIX clients follow links themselves.
    func follow(
        _ native: NativePath,
        _ rules: StorePath.Rules
    ) throws(NTStatus) -> LinkTarget {
        if rules == .posix { throw .stoppedOnSymlink }
        do {
            let place = try System.open(root.rawValue, native, .path)
            let status = try System.status(place.rawValue)
            return LinkTarget(place: place, status: status)
        } catch {
            throw Self.walkStatus(error)
        }
    }

    public func open(_ request: StoreOpenRequest) throws(NTStatus) -> StoreOpenResult {
        for _ in 0..<Self.attemptMax {
            switch try resolve(request.path) {
            case .found(let native, let place, let status):
                if let result = try openExisting(request, native, place, status) { return result }
            case .missing(let vacancy):
                if let result = try create(request, vacancy) { return result }
            }
        }
        throw .sharingViolation
    }

    /// MS-FSA 2.1.5.1.2. Nil when the file went away meanwhile.
    private func openExisting(
        _ request: StoreOpenRequest,
        _ native: NativePath,
        _ place: consuming FileDescriptor,
        _ nameStatus: fs_file_status
    ) throws(NTStatus) -> StoreOpenResult? {
        var status = nameStatus
        var place = place
        var isFollowed = false
        if FileKind(mode: status.mode) == .symbolicLink, !request.options.contains(.reparsePoint) {
            if request.disposition == .create { throw .objectNameCollision }
            let target = try follow(native, request.path.rules)
            status = target.status
            place = target.release()
            isFollowed = true
        }
        try checkKind(request, FileKind(mode: status.mode))
        let opening = Opening(
            request: request,
            native: native,
            nameIdentity: FileIdentity(nameStatus),
            isFollowed: isFollowed
        )
        if request.path.stream != nil {
            let base = opening.file(self, place, status, hasData: false)
            return try openStream(request, on: base, isNewFile: false)
        }
        return try openFile(opening, place, status)
    }

    /// MS-FSA 2.1.5.1, phase 7: whether the request means this kind of file.
    private func checkKind(_ request: StoreOpenRequest, _ kind: FileKind) throws(NTStatus) {
        let path = request.path
        let meansDirectory = request.options.contains(.directory) || path.demand == .directory
        if meansDirectory {
            if path.demand == .data { throw .notADirectory }
            if kind != .directory {
                throw request.disposition == .create ? .objectNameCollision : .notADirectory
            }
        } else if kind == .directory, path.stream == nil,
            request.options.contains(.nonDirectory) || path.demand == .data
        {
            throw .fileIsADirectory
        }
    }

    /// Opens the file itself, rather than a stream of it.
    private func openFile(
        _ opening: Opening,
        _ place: consuming FileDescriptor,
        _ placeStatus: fs_file_status
    ) throws(NTStatus) -> StoreOpenResult? {
        let request = opening.request
        var status = placeStatus
        let kind = FileKind(mode: status.mode)
        if request.disposition == .create { throw .objectNameCollision }
        if kind != .file, request.disposition.replaces {
            throw request.path.isRoot ? .accessDenied : .objectNameCollision
        }
        let descriptor = place.rawValue
        var stored = try mappingErrors { () throws(Errno) in try storedAttributes(descriptor) }
        try checkAttributes(request, kind, stored?.attributes ?? [])
        let writes = request.access.contains(.write) || request.disposition.replaces
        if writes, kind == .file { try checkWritable() }
        guard kind == .file, writes || !request.access.isEmpty else {
            let file = opening.file(self, place, status, hasData: false)
            let metadata = FileMetadata(status, stored)
            return StoreOpenResult(file: file, action: .opened, metadata: metadata)
        }
        guard let data = try openData(opening, status, writes: writes) else { return nil }
        let file = opening.file(self, data, status, hasData: true)
        if request.disposition.replaces {
            stored = try file.replaceContents(request, stored)
            status = try mappingErrors { () throws(Errno) in try System.status(file.descriptor) }
        }
        let action: StoreOpenResult.Action =
            switch request.disposition {
            case .supersede: .superseded
            case .overwrite, .overwriteIf: .overwritten
            case .open, .openIf, .create: .opened
            }
        let metadata = FileMetadata(status, stored)
        return StoreOpenResult(file: file, action: action, metadata: metadata)
    }

    /// READONLY, HIDDEN and SYSTEM as Windows clients know them (MS-FSA 2.1.5.1.2); POSIX clients
    /// go by the mode.
    private func checkAttributes(
        _ request: StoreOpenRequest,
        _ kind: FileKind,
        _ attributes: FileAttributes
    ) throws(NTStatus) {
        guard request.path.rules == .windows, kind == .file else { return }
        let replaces = request.disposition.replaces
        if attributes.contains(.readOnly), request.access.contains(.write) || replaces {
            throw .accessDenied
        }
        let guarded = attributes.intersection([.hidden, .system])
        if replaces, !request.attributes.isSuperset(of: guarded) { throw .accessDenied }
    }

    /// A descriptor for data. Nil when the name means another file by now.
    private func openData(
        _ opening: Opening,
        _ status: fs_file_status,
        writes: Bool
    ) throws(NTStatus) -> FileDescriptor? {
        var flags: System.OpenFlags = opening.isFollowed ? [] : .noFollow
        flags.insert(writes ? .readWrite : .readOnly)
        if opening.request.options.contains(.writeThrough) { flags.insert(.synchronous) }
        do {
            let data = try open(opening.native, flags, falling: writes)
            let found = try System.status(data.rawValue)
            guard FileIdentity(found) == FileIdentity(status) else { return nil }
            return data
        } catch .noSuchFileOrDirectory {
            return nil
        } catch .tooManySymbolicLinks where !opening.isFollowed {
            return nil
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// Opens for reading and writing, or for writing alone where reading is not allowed.
    private func open(
        _ native: NativePath,
        _ flags: System.OpenFlags,
        falling: Bool
    ) throws(Errno) -> FileDescriptor {
        do {
            return try System.open(root.rawValue, native, flags)
        } catch .accessDenied where falling {
            var narrower = flags
            narrower.remove(.readWrite)
            narrower.insert(.writeOnly)
            return try System.open(root.rawValue, native, narrower)
        } catch {
            throw error
        }
    }
}

/// What a symbolic link leads to.
struct LinkTarget: ~Copyable {
    let place: FileDescriptor
    let status: fs_file_status

    consuming func release() -> FileDescriptor { place }
}

/// What one open knows before it has the file.
struct Opening {
    var request: StoreOpenRequest
    /// As spelled on disk.
    var native: NativePath
    /// Of the name itself, which is a symbolic link's own when the open followed one.
    var nameIdentity: FileIdentity
    var isFollowed: Bool

    func file(
        _ store: POSIXStore,
        _ handle: consuming FileDescriptor,
        _ status: fs_file_status,
        hasData: Bool
    ) -> POSIXFile {
        POSIXFile(
            store: store,
            handle: handle,
            kind: FileKind(mode: status.mode),
            identity: FileIdentity(status),
            nameIdentity: nameIdentity,
            rules: request.path.rules,
            native: native,
            hasData: hasData
        )
    }
}
