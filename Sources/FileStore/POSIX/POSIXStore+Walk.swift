internal import CFileSystem
internal import Descriptors
import SMBMessages
import Synchronization

/// Where a path leads.
enum Resolution: ~Copyable {
    /// There: the path as it is spelled on disk, a path descriptor of the last name itself (a
    /// symbolic link is not followed) and what it is.
    case found(NativePath, FileDescriptor, fs_file_status)
    /// All but the last name is there; the path is where it would be.
    case missing(Vacancy)
}

/// A place where nothing is yet.
struct Vacancy: ~Copyable {
    let path: NativePath
    /// The directory that it would be in.
    let parent: FileDescriptor
    /// What was looked for, where case does not count.
    let text: String?
}

/// A directory that a walk has come to.
private struct Stop: ~Copyable {
    let path: NativePath
    let place: FileDescriptor
}

extension Stop {
    consuming func vacancy(_ name: NativePath, _ text: String) -> Vacancy {
        Vacancy(path: path.appending(name), parent: place, text: text)
    }
}

extension POSIXStore {
    func isCaseSensitive(_ path: StorePath) -> Bool {
        options.isCaseSensitive || path.rules == .posix
    }

    /// Finds the file of a path (its stream is not looked at).
    func resolve(_ path: StorePath) throws(NTStatus) -> Resolution {
        let exact = try NativeName.encode(path)
        if let found = try openPlace(exact) { return try resolution(exact, found) }
        if isCaseSensitive(path) {
            let parent = try openDirectory(exact.parent)
            return .missing(Vacancy(path: exact, parent: parent, text: nil))
        }
        return try resolveFolded(path)
    }

    private func resolution(
        _ path: NativePath,
        _ place: consuming FileDescriptor
    ) throws(NTStatus) -> Resolution {
        let descriptor = place.rawValue
        let status = try mappingErrors { () throws(Errno) in try System.status(descriptor) }
        return .found(path, place, status)
    }

    /// Finds it again with every name as the disk spells it.
    private func resolveFolded(_ path: StorePath) throws(NTStatus) -> Resolution {
        guard let last = path.components.last else { throw .objectNameNotFound }
        let directory = try stop(at: path.parent)
        if let spelled = try search(directory.place.rawValue, for: last).name {
            let real = directory.path.appending(spelled)
            if let found = try openPlace(real) { return try resolution(real, found) }
        }
        let name = try NativeName.encode(last, path.rules)
        return .missing(directory.vacancy(name, last))
    }

    /// The directory of a path, spelled as on disk.
    private func stop(at path: StorePath) throws(NTStatus) -> Stop {
        let exact = try NativeName.encode(path)
        if let place = try openIfThere(exact) { return Stop(path: exact, place: place) }
        var real = NativePath.root
        var place = try openDirectory(real)
        for component in path.components {
            var next = real.appending(try NativeName.encode(component, path.rules))
            var opened = try openIfThere(next)
            if opened == nil, let name = try search(place.rawValue, for: component).name {
                next = real.appending(name)
                opened = try openIfThere(next)
            }
            guard let opened else { throw .objectPathNotFound }
            real = next
            place = opened
        }
        return Stop(path: real, place: place)
    }

    private func openIfThere(_ path: NativePath) throws(NTStatus) -> FileDescriptor? {
        do {
            return try System.open(root.rawValue, path, [.path, .directory])
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw Self.walkStatus(error)
        }
    }

    /// A path descriptor of the last name itself; nil when it or a directory before it is missing.
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
        guard let directory = try openIfThere(path) else { throw .objectPathNotFound }
        return directory
    }

    /// A walk that would leave the share (EXDEV) is one that is not allowed.
    static func walkStatus(_ error: Errno) -> NTStatus {
        error == .crossDeviceLink ? .accessDenied : NTStatus(error)
    }

    struct NameSearch {
        var name: NativePath?
        var generation: UInt64
    }

    /// Looks a name up in a directory without regard to case.
    func search(_ directory: Int32, for name: String) throws(NTStatus) -> NameSearch {
        let folded = NameFolding.fold(name)
        return try mappingErrors { () throws(Errno) in
            let status = try System.status(directory)
            let identity = FileIdentity(status)
            let stamp = DirectoryIndex.Stamp(status)
            if let held = index.search(identity, stamp: stamp, folded: folded) {
                return NameSearch(
                    name: try self.name(held.answer, in: directory, folded: folded),
                    generation: held.generation
                )
            }
            var fresh = index.begin(stamp: stamp)
            var reader = try DirectoryReader(of: directory)
            while let entry = try reader.next() {
                if !entry.isDotOrDotDot { fresh.insert(entry.name) }
            }
            let answer = fresh.find(folded: folded)
            let generation = fresh.generation
            index.keep(fresh, of: identity)
            return NameSearch(
                name: try self.name(answer, in: directory, folded: folded),
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

    /// Fills a place where nothing is, while no other thread of the store makes a name: two clients
    /// must not make names that differ only in case. `body` is given the reading of the directory's
    /// index. Nil when the name is taken by now.
    func claim<Result: ~Copyable & Sendable>(
        _ vacancy: borrowing Vacancy,
        _ body: (UInt64?) throws(NTStatus) -> Result?
    ) throws(NTStatus) -> Result? {
        guard let text = vacancy.text else { return try body(nil) }
        let parent = vacancy.parent.rawValue
        return try nameLock.withLock { (_) throws(NTStatus) -> Result? in
            let search = try search(parent, for: text)
            return search.name == nil ? try body(search.generation) : nil
        }
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
