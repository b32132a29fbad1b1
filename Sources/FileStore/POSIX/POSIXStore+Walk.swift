internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Where a path leads.
enum Resolution: ~Copyable {
    /// There: the path as it is spelled on disk, a path descriptor of the last name itself (a
    /// symbolic link is not followed) and what it is.
    case found(NativePath, FileDescriptor, fs_file_status)
    /// All but the last name is there; the path is where it would be.
    case missing(Vacancy)
}

/// A place where nothing is yet.
struct Vacancy {
    var path: NativePath
    /// Identity of the directory, and the reading of it that said so, to keep its index true.
    var directory: FileIdentity?
    var generation: UInt64?
}

extension POSIXStore {
    func isCaseSensitive(_ path: StorePath) -> Bool {
        options.isCaseSensitive || path.rules == .posix
    }

    /// Finds the file of a path (its stream is not looked at).
    func resolve(_ path: StorePath) throws(NTStatus) -> Resolution {
        let exact = try NativeName.encode(path)
        if let found = try openPlace(exact) {
            let status = try mappingErrors { () throws(Errno) in
                try System.status(found.rawValue)
            }
            return .found(exact, found, status)
        }
        if isCaseSensitive(path) {
            _ = try openDirectory(exact.parent)
            return .missing(Vacancy(path: exact))
        }
        return try resolveFolded(path)
    }

    /// Finds it again with every name as the disk spells it.
    private func resolveFolded(_ path: StorePath) throws(NTStatus) -> Resolution {
        let directory = try resolveDirectory(path.parent)
        guard let last = path.components.last else { throw .objectNameNotFound }
        let name = try NativeName.encode(last, path.rules)
        let search = try search(directory.path, for: last)
        guard let spelled = search.name else {
            return .missing(
                Vacancy(
                    path: directory.path.appending(name),
                    directory: search.directory,
                    generation: search.generation
                )
            )
        }
        let real = directory.path.appending(spelled)
        guard let found = try openPlace(real) else {
            return .missing(Vacancy(path: directory.path.appending(name)))
        }
        let status = try mappingErrors { () throws(Errno) in try System.status(found.rawValue) }
        return .found(real, found, status)
    }

    private struct Directory {
        var path: NativePath
    }

    /// The directory of a path, spelled as on disk.
    private func resolveDirectory(_ path: StorePath) throws(NTStatus) -> Directory {
        let exact = try NativeName.encode(path)
        if try existsAsDirectory(exact) { return Directory(path: exact) }
        var real = NativePath.root
        for component in path.components {
            let next = real.appending(try NativeName.encode(component, path.rules))
            if try existsAsDirectory(next) {
                real = next
            } else if let spelled = try search(real, for: component).name {
                real = real.appending(spelled)
            } else {
                throw .objectPathNotFound
            }
        }
        return Directory(path: real)
    }

    private func existsAsDirectory(_ path: NativePath) throws(NTStatus) -> Bool {
        do {
            _ = try System.open(root.rawValue, path, [.path, .directory])
            return true
        } catch .noSuchFileOrDirectory {
            return false
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// A path descriptor of the last name itself; nil when it, or a directory before it, is missing.
    private func openPlace(_ path: NativePath) throws(NTStatus) -> FileDescriptor? {
        do {
            return try System.open(root.rawValue, path, [.path, .noFollow])
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// The directory of a path that is spelled as on disk, as a path descriptor.
    func openDirectory(_ path: NativePath) throws(NTStatus) -> FileDescriptor {
        do {
            return try System.open(root.rawValue, path, [.path, .directory])
        } catch .noSuchFileOrDirectory {
            throw .objectPathNotFound
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// A walk that would leave the share (EXDEV) is one that is not allowed.
    static func walkStatus(_ error: Errno) -> NTStatus {
        error == .crossDeviceLink ? .accessDenied : NTStatus(error)
    }

    struct NameSearch {
        var name: NativePath?
        var directory: FileIdentity
        var generation: UInt64?
    }

    /// Looks a name up in a directory without regard to case.
    func search(_ directory: NativePath, for name: String) throws(NTStatus) -> NameSearch {
        let place = try openDirectory(directory)
        let folded = NameFolding.fold(name)
        return try mappingErrors { () throws(Errno) in
            let status = try System.status(place.rawValue)
            let identity = FileIdentity(status)
            let stamp = DirectoryIndex.Stamp(status)
            if let held = index.search(identity, stamp: stamp, folded: folded) {
                return NameSearch(
                    name: try self.name(held.answer, in: place.rawValue, folded: folded),
                    directory: identity,
                    generation: held.generation
                )
            }
            var fresh = index.begin(stamp: stamp)
            var reader = try DirectoryReader(of: place.rawValue)
            while let entry = try reader.next() {
                if !entry.isDotOrDotDot { fresh.insert(entry.name) }
            }
            let answer = fresh.find(folded: folded)
            let generation = fresh.generation
            index.keep(fresh, of: identity)
            return NameSearch(
                name: try self.name(answer, in: place.rawValue, folded: folded),
                directory: identity,
                generation: generation
            )
        }
    }

    private func name(
        _ answer: DirectoryIndex.Answer,
        in directory: Int32,
        folded: [UInt8]
    ) throws(Errno) -> NativePath? {
        switch answer {
        case .missing: return nil
        case .name(let bytes): return NativePath(bytes: bytes)
        case .ambiguous: break
        }
        // Names that fold alike: the first in the directory's order is the one that is found.
        var reader = try DirectoryReader(of: directory)
        while let entry = try reader.next() {
            let shown = NativeName.decode(entry.name, .windows)
            if !entry.isDotOrDotDot, NameFolding.fold(shown) == folded {
                return NativePath(bytes: entry.name)
            }
        }
        return nil
    }

    /// Keeps the index of a directory true after a name came or went by the store's own hand.
    func amendIndex(
        of directory: Int32,
        adding added: NativePath? = nil,
        removing removed: NativePath? = nil,
        generation: UInt64?
    ) {
        guard let generation, let status = try? System.status(directory) else { return }
        index.amend(
            FileIdentity(status),
            adding: added?.bytes,
            removing: removed?.bytes,
            generation: generation,
            stamp: DirectoryIndex.Stamp(status)
        )
    }

    /// The reading of a directory that a change about to be made can be added to.
    func indexGeneration(of directory: Int32) -> UInt64? {
        guard let status = try? System.status(directory) else { return nil }
        return index.generation(FileIdentity(status), stamp: DirectoryIndex.Stamp(status))
    }
}
