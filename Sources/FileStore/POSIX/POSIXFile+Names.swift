internal import CFileSystem
internal import Descriptors
import SMBMessages
import Synchronization

/// The name of an open file, verified to mean it: its directory, held open.
struct Location: ~Copyable {
    let native: NativePath
    let parent: FileDescriptor
    /// Of the name itself.
    let status: fs_file_status

    var name: NativePath { native.name }
    var isDirectory: Bool { FileKind(mode: status.mode) == .directory }
}

extension POSIXFile {
    /// Finds the name that the file was opened by, or where the kernel says it is by now.
    func locate() throws(NTStatus) -> Location {
        let (native, expected) = state.withLock { ($0.native, $0.nameIdentity) }
        if let location = verified(native, expected) { return location }
        guard let moved = store.kernelPath(of: handle.rawValue),
            let location = verified(moved, identity)
        else { throw .objectNameNotFound }
        state.withLock { state in
            state.native = moved
            state.nameIdentity = identity
        }
        return location
    }

    private func verified(_ native: NativePath, _ expected: FileIdentity) -> Location? {
        guard let parent = try? store.openDirectory(native.parent),
            let status = try? System.status(parent.rawValue, native.name),
            FileIdentity(status) == expected
        else { return nil }
        return Location(native: native, parent: parent, status: status)
    }

    private func locateForChange() throws(NTStatus) -> Location {
        try store.checkWritable()
        let location = try locate()
        guard !location.native.isRoot else { throw .accessDenied }
        return location
    }

    func rename(
        to target: StorePath,
        replacing: Bool,
        posixSemantics: Bool
    ) throws(NTStatus) {
        guard target.stream == nil else { throw .invalidParameter }
        guard !target.isRoot else { throw .objectNameCollision }
        let source = try locateForChange()
        let spelled = try NativeName.encode(target.name, target.rules)
        let wanted: NativePath
        switch try store.resolve(target) {
        case .missing(let vacancy):
            wanted = vacancy.path
            let path = vacancy.path
            let moved = try store.claim(vacancy) { (_) throws(NTStatus) -> Bool? in
                try store.move(source, to: path, replacing: false)
                return true
            }
            // Taken in the same moment: as if it had been there before.
            guard moved != nil else { throw .objectNameCollision }
        case .found(let native, let place, let status):
            wanted = native.parent.appending(spelled)
            if wanted == source.native { return }
            if FileIdentity(status) == FileIdentity(source.status) {
                if native == source.native {
                    // The same name in other case.
                    try store.move(source, to: wanted, replacing: false)
                } else {
                    // Another link of the same file: the old name goes, as if it were replaced.
                    guard replacing else { throw .objectNameCollision }
                    try remove(source)
                }
            } else {
                guard replacing else { throw .objectNameCollision }
                try checkReplaceable(place.rawValue, status, posixSemantics: posixSemantics)
                try store.move(source, to: native, replacing: true)
                if native != wanted { try? store.move(native, to: wanted) }
            }
        }
        state.withLock { $0.native = wanted }
    }

    /// MS-FSA 2.1.5.15.11: directories and read-only files are not replaced.
    private func checkReplaceable(
        _ target: Int32,
        _ status: fs_file_status,
        posixSemantics: Bool
    ) throws(NTStatus) {
        if posixSemantics { return }
        if FileKind(mode: status.mode) == .directory { throw .accessDenied }
        let stored = try mappingErrors { () throws(Errno) in try store.storedAttributes(target) }
        if stored?.attributes.contains(.readOnly) == true { throw .accessDenied }
    }

    func link(as target: StorePath, replacing: Bool) throws(NTStatus) {
        guard target.stream == nil else { throw .invalidParameter }
        guard kind != .directory else { throw .fileIsADirectory }
        let source = try locateForChange()
        let path: NativePath
        switch try store.resolve(target) {
        case .missing(let vacancy):
            path = vacancy.path
        case .found(let native, let place, let status):
            guard replacing else { throw .objectNameCollision }
            if FileIdentity(status) == FileIdentity(source.status) { return }
            try checkReplaceable(place.rawValue, status, posixSemantics: false)
            path = native
        }
        let parent = try store.openDirectory(path.parent)
        let generation = store.indexGeneration(of: parent.rawValue)
        try mappingErrors { () throws(Errno) in
            if replacing {
                try? System.remove(parent.rawValue, path.name, isDirectory: false)
            }
            try System.link(source.parent.rawValue, source.name, parent.rawValue, path.name)
        }
        store.amendIndex(of: parent.rawValue, adding: path.name, generation: generation)
    }

    func delete() throws(NTStatus) {
        try remove(try locateForChange())
    }

    private func remove(_ location: borrowing Location) throws(NTStatus) {
        let parent = location.parent.rawValue
        let generation = store.indexGeneration(of: parent)
        do {
            try System.remove(parent, location.name, isDirectory: location.isDirectory)
        } catch .fileExists {
            // Some file systems say so of a directory that is not empty.
            throw .directoryNotEmpty
        } catch .busy {
            throw .accessDenied
        } catch {
            throw NTStatus(error)
        }
        store.amendIndex(of: parent, removing: location.name, generation: generation)
    }

    func checkDeletable() throws(NTStatus) {
        try store.checkWritable()
        guard kind == .directory else { return }
        guard !state.withLock({ $0.native.isRoot }) else { throw .accessDenied }
        let isEmpty = try mappingErrors { () throws(Errno) in
            var reader = try DirectoryReader(of: handle.rawValue)
            while let entry = try reader.next() {
                if !entry.isDotOrDotDot { return false }
            }
            return true
        }
        if !isEmpty { throw .directoryNotEmpty }
    }

    func symbolicLinkTarget() throws(NTStatus) -> String {
        guard kind == .symbolicLink else { throw .notAReparsePoint }
        let bytes = try mappingErrors { () throws(Errno) in
            try System.linkTarget(handle.rawValue)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func makeSymbolicLink(to target: String) throws(NTStatus) {
        guard !target.isEmpty, !target.utf8.contains(0), target.utf8.count < System.pathCapacity
        else { throw .ioReparseDataInvalid }
        let location = try locateForChange()
        let parent = location.parent.rawValue
        let text = NativePath(bytes: target.utf8)
        try remove(location)
        let link = try mappingErrors { () throws(Errno) in
            try System.makeSymbolicLink(to: text, parent, location.name)
            return try System.status(parent, location.name)
        }
        state.withLock { $0.nameIdentity = FileIdentity(link) }
    }
}

extension POSIXStore {
    /// Moves a verified name, keeping the indexes of both directories.
    func move(
        _ source: borrowing Location,
        to target: NativePath,
        replacing: Bool
    ) throws(NTStatus) {
        let parent = try openDirectory(target.parent)
        let from = indexGeneration(of: source.parent.rawValue)
        let to = indexGeneration(of: parent.rawValue)
        do {
            try rename(source.parent.rawValue, source.name, parent.rawValue, target.name, replacing)
        } catch .notDirectory {
            throw .notADirectory
        } catch .busy {
            throw .accessDenied
        } catch {
            throw NTStatus(error)
        }
        let isSameDirectory = source.native.parent == target.parent
        amendIndex(
            of: source.parent.rawValue,
            adding: isSameDirectory ? target.name : nil,
            removing: source.name,
            generation: from
        )
        if !isSameDirectory {
            amendIndex(of: parent.rawValue, adding: target.name, generation: to)
        }
    }

    /// Gives a replaced file the spelling that was asked for.
    func move(_ source: NativePath, to target: NativePath) throws(NTStatus) {
        let parent = try openDirectory(source.parent)
        try mappingErrors { () throws(Errno) in
            try rename(parent.rawValue, source.name, parent.rawValue, target.name, false)
        }
    }

    /// Renames without replacing where that was asked for, on file systems without
    /// RENAME_NOREPLACE too.
    private func rename(
        _ sourceDirectory: Int32,
        _ source: NativePath,
        _ targetDirectory: Int32,
        _ target: NativePath,
        _ replacing: Bool
    ) throws(Errno) {
        do {
            try System.rename(
                sourceDirectory,
                source,
                targetDirectory,
                target,
                replacing: replacing
            )
        } catch .invalidArgument where !replacing {
            if (try? System.status(targetDirectory, target)) != nil { throw .fileExists }
            try System.rename(sourceDirectory, source, targetDirectory, target, replacing: true)
        } catch {
            throw error
        }
    }

    /// Where an open file is by now, when that is inside the share.
    func kernelPath(of descriptor: Int32) -> NativePath? {
        guard let file = try? System.path(of: descriptor),
            var prefix = try? System.path(of: root.rawValue)
        else { return nil }
        if prefix.last != UInt8(ascii: "/") { prefix.append(UInt8(ascii: "/")) }
        guard file.starts(with: prefix), file.count > prefix.count else { return nil }
        return NativePath(bytes: file[prefix.count...])
    }
}
