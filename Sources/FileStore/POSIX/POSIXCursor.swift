internal import CFileSystem
internal import Descriptors
import SMBMessages

/// A listing that is read as it is asked for, through a buffer of fixed size.
final class POSIXCursor: DirectoryCursor {
    private let store: POSIXStore
    private let rules: StorePath.Rules
    /// The directory itself, for the metadata of `.`.
    private let directory: POSIXFile
    private var reader: DirectoryReader
    /// How many of `.` and `..` were given already.
    private var dotCount = 0
    private var isFinished = false
    private var last: StoreEntry?
    private var repeatsLast = false

    init(_ directory: POSIXFile) throws(NTStatus) {
        guard directory.kind == .directory else { throw .invalidParameter }
        store = directory.store
        rules = directory.rules
        self.directory = directory
        reader = try mappingErrors { () throws(Errno) in
            try DirectoryReader(of: directory.handle.rawValue)
        }
    }

    func next(
        matching pattern: WildcardPattern,
        detail: DirectoryDetail
    ) throws(NTStatus) -> StoreEntry? {
        if repeatsLast {
            repeatsLast = false
            return last
        }
        last = nil
        if isFinished { return nil }
        if !pattern.hasWildcards, !pattern.matchesEverything {
            // One name: no need to read past all the others.
            isFinished = true
            last = try only(pattern, detail)
        } else {
            last = try advance(pattern, detail)
        }
        return last
    }

    func pushBack() { repeatsLast = last != nil }

    func restart() throws(NTStatus) {
        try mappingErrors { () throws(Errno) in try reader.restart() }
        dotCount = 0
        isFinished = false
        last = nil
        repeatsLast = false
    }

    private func advance(
        _ pattern: WildcardPattern,
        _ detail: DirectoryDetail
    ) throws(NTStatus) -> StoreEntry? {
        while dotCount < 2 {
            dotCount += 1
            let name = dotCount == 1 ? "." : ".."
            if pattern.matches(name) { return try dots(name, detail) }
        }
        while let entry = try mappingErrors({ () throws(Errno) in try reader.next() }) {
            if entry.isDotOrDotDot { continue }
            let name = NativeName.decode(entry.name, rules)
            guard pattern.matches(name) else { continue }
            if let found = try self.entry(name, NativePath(bytes: entry.name), detail) {
                return found
            }
        }
        isFinished = true
        return nil
    }

    /// A single name without wildcards, found as an open would find it.
    private func only(
        _ pattern: WildcardPattern,
        _ detail: DirectoryDetail
    ) throws(NTStatus) -> StoreEntry? {
        if pattern.text == "." || pattern.text == ".." { return try dots(pattern.text, detail) }
        guard let native = try? NativeName.encode(pattern.text, rules) else { return nil }
        let directory = reader.descriptor.rawValue
        if (try? System.status(directory, native)) != nil {
            return try entry(NativeName.decode(native.bytes, rules), native, detail)
        }
        if rules == .posix || store.options.isCaseSensitive { return nil }
        guard let spelled = try store.search(directory, for: pattern.text).name else { return nil }
        return try entry(NativeName.decode(spelled.bytes, rules), spelled, detail)
    }

    /// The directory and the one above it. The share's root stands for what is above it.
    private func dots(_ name: String, _ detail: DirectoryDetail) throws(NTStatus) -> StoreEntry {
        if case .name = detail { return StoreEntry(name: name, metadata: nil) }
        let own = try directory.metadata()
        guard name == "..", let location = try? directory.locate(), !location.native.isRoot,
            let status = try? System.status(location.parent.rawValue)
        else { return StoreEntry(name: name, metadata: own) }
        return StoreEntry(name: name, metadata: FileMetadata(status, nil))
    }

    /// Nil when the entry is gone by now, or is a link that leads nowhere in the share.
    private func entry(
        _ name: String,
        _ native: NativePath,
        _ detail: DirectoryDetail
    ) throws(NTStatus) -> StoreEntry? {
        if case .name = detail { return StoreEntry(name: name, metadata: nil) }
        let directory = reader.descriptor.rawValue
        do {
            let status = try System.status(directory, native)
            if FileKind(mode: status.mode) == .symbolicLink, rules == .windows {
                return try followed(name, native)
            }
            var metadata = FileMetadata(status, try stored(native, status))
            if case .metadataAndAttributeSize = detail, !metadata.kind.isSpecial {
                metadata.extendedAttributeSize = try attributeSize(native)
            }
            return StoreEntry(name: name, metadata: metadata)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw NTStatus(error)
        }
    }

    private func stored(
        _ native: NativePath,
        _ status: fs_file_status
    ) throws(Errno) -> StoredAttributes? {
        guard store.capabilities.contains(.extendedAttributes) else { return nil }
        let directory = reader.descriptor.rawValue
        let bytes = try System.attribute(directory, entry: native, StoredAttributes.name)
        return bytes.flatMap { StoredAttributes(bytes: $0) }
    }

    private func attributeSize(_ native: NativePath) throws(Errno) -> UInt32 {
        guard store.capabilities.contains(.extendedAttributes) else { return 0 }
        let directory = reader.descriptor.rawValue
        var total = 0
        for attribute in try System.attributeNames(directory, entry: native) {
            guard let name = ExtendedName(attribute: attribute) else { continue }
            let value = try System.attribute(directory, entry: native, name.attribute) ?? []
            total += 5 + name.bytes.count + value.count
        }
        return total == 0 ? 0 : UInt32(clamping: total + 4)
    }

    /// Windows clients see what a link points to.
    private func followed(_ name: String, _ native: NativePath) throws(Errno) -> StoreEntry? {
        guard let location = try? directory.locate(),
            let target = try? store.follow(location.native.appending(native), rules)
        else { return nil }
        let stored = try store.storedAttributes(target.place.rawValue)
        return StoreEntry(name: name, metadata: FileMetadata(target.status, stored))
    }
}

extension POSIXFile {
    func makeCursor() throws(NTStatus) -> any DirectoryCursor { try POSIXCursor(self) }
}
