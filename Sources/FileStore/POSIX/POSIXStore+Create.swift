internal import CFileSystem
internal import Descriptors
import SMBMessages

extension POSIXStore {
    /// MS-FSA 2.1.5.1.1. Nil when somebody else made the file meanwhile.
    func create(
        _ request: StoreOpenRequest,
        _ vacancy: borrowing Vacancy
    ) throws(NTStatus) -> StoreOpenResult? {
        guard request.disposition.creates else { throw .objectNameNotFound }
        try checkWritable()
        let isDirectory = request.options.contains(.directory)
        if request.path.demand == .directory, !isDirectory { throw .objectNameInvalid }
        if request.path.demand == .data, isDirectory { throw .notADirectory }
        if isDirectory, request.attributes.contains(.temporary) { throw .invalidParameter }

        let parent = vacancy.parent.rawValue
        let path = vacancy.path
        var completed = request
        completed.securityDescriptor = try security(of: request, in: parent)
        let made = try claim(vacancy) { (generation) throws(NTStatus) -> FileDescriptor? in
            let made =
                isDirectory
                ? try makeDirectory(request, path.name, parent)
                : try makeFile(request, path.name, parent)
            amendIndex(of: parent, adding: path.name, generation: generation)
            return made
        }
        guard let made else { return nil }
        do {
            return try finish(completed, made, path)
        } catch {
            // What could not be made whole is not left behind.
            let generation = indexGeneration(of: parent)
            try? System.remove(parent, path.name, isDirectory: isDirectory)
            amendIndex(of: parent, removing: path.name, generation: generation)
            throw error
        }
    }

    private func makeFile(
        _ request: StoreOpenRequest,
        _ name: NativePath,
        _ parent: Int32
    ) throws(NTStatus) -> FileDescriptor? {
        var flags: System.OpenFlags = [.create, .exclusive, .noFollow, .readWrite]
        if request.options.contains(.writeThrough) { flags.insert(.synchronous) }
        do {
            return try System.open(
                parent,
                name,
                flags,
                mode: request.mode ?? options.fileMode
            )
        } catch .fileExists {
            return nil
        } catch .noSuchFileOrDirectory {
            throw .objectPathNotFound
        } catch {
            throw Self.walkStatus(error)
        }
    }

    private func makeDirectory(
        _ request: StoreOpenRequest,
        _ name: NativePath,
        _ parent: Int32
    ) throws(NTStatus) -> FileDescriptor? {
        do {
            let mode = request.mode ?? options.directoryMode
            try System.makeDirectory(parent, name, mode: mode)
            let flags: System.OpenFlags = [.path, .directory, .noFollow]
            return try System.open(parent, name, flags)
        } catch .fileExists {
            return nil
        } catch .noSuchFileOrDirectory {
            throw .objectPathNotFound
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// Gives a new file what the request wants it to have.
    private func finish(
        _ request: StoreOpenRequest,
        _ handle: consuming FileDescriptor,
        _ path: NativePath
    ) throws(NTStatus) -> StoreOpenResult {
        let descriptor = handle.rawValue
        let isDirectory = request.options.contains(.directory)
        let (firstStatus, stored) = try mappingErrors { () throws(Errno) in
            // The process's mask does not apply to a mode that a client asked for.
            if let mode = request.mode {
                _ = try Errno.check(fs_set_mode(descriptor, mode & 0o7777))
            }
            let status = try System.status(descriptor)
            return (status, try storeNewAttributes(request, descriptor, status))
        }
        var status = firstStatus
        let opening = Opening(
            request: request,
            native: path,
            nameIdentity: FileIdentity(status),
            isFollowed: false
        )
        let needsData = !request.access.isEmpty && request.path.stream == nil
        let file = opening.file(self, handle, status, hasData: !isDirectory && needsData)
        if !request.extendedAttributes.isEmpty {
            try file.setExtendedAttributes(request.extendedAttributes)
        }
        if let descriptor = request.securityDescriptor,
            capabilities.contains(.persistentSecurity)
        {
            try file.setSecurityDescriptor(descriptor)
        }
        if request.path.stream != nil {
            return try openStream(request, on: file, isNewFile: true)
        }
        if request.allocationSize > 0, !isDirectory {
            try file.reserve(request.allocationSize)
            status = try mappingErrors { () throws(Errno) in try System.status(descriptor) }
        }
        let metadata = FileMetadata(status, stored)
        return StoreOpenResult(file: file, action: .created, metadata: metadata)
    }

    /// Only what differs from the defaults is stored. A file system that keeps no extended
    /// attributes keeps no attributes either.
    private func storeNewAttributes(
        _ request: StoreOpenRequest,
        _ descriptor: Int32,
        _ status: fs_file_status
    ) throws(Errno) -> StoredAttributes? {
        guard capabilities.contains(.extendedAttributes) else { return nil }
        let isDirectory = request.options.contains(.directory)
        let defaults = StoredAttributes.defaults(isDirectory: isDirectory)
        var wanted = StoredAttributes(
            attributes: request.attributes.union(defaults.attributes).subtracting(.sparseFile),
            creationTime: nil
        )
        if status.has_birth == 0 {
            wanted.creationTime = FileMetadata(status, nil).lastWriteTime
        }
        if wanted == defaults { return nil }
        try System.setAttribute(descriptor, StoredAttributes.name, wanted.bytes)
        return wanted
    }
}
