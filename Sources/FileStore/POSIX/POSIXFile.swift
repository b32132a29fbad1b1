internal import CFileSystem
internal import Descriptors
import SMBMessages
import Synchronization
import Wire

/// A file, directory or special file that is open.
final class POSIXFile: StoreFile {
    let store: POSIXStore
    /// Open for data, or a path descriptor where only attributes were asked for.
    let handle: FileDescriptor
    let kind: FileKind
    let identity: FileIdentity
    let hasData: Bool
    let rules: StorePath.Rules
    let state: Mutex<State>

    struct State {
        /// The path as spelled on disk.
        var native: NativePath
        /// What the name itself is: a symbolic link's own identity when one was followed.
        var nameIdentity: FileIdentity
        var frozen = Frozen()
    }

    init(
        store: POSIXStore,
        handle: consuming FileDescriptor,
        kind: FileKind,
        identity: FileIdentity,
        nameIdentity: FileIdentity,
        rules: StorePath.Rules,
        native: NativePath,
        hasData: Bool
    ) {
        self.store = store
        self.handle = handle
        self.kind = kind
        self.identity = identity
        self.rules = rules
        self.hasData = hasData
        state = Mutex(State(native: native, nameIdentity: nameIdentity))
    }

    deinit { restoreFrozenTimes() }

    var isStream: Bool { false }
    var descriptor: Int32 { hasData ? handle.rawValue : -1 }
    var path: StorePath { store.path(of: state.withLock { $0.native }, rules) }

    func currentPath() throws(NTStatus) -> StorePath {
        store.path(of: try locate().native, rules)
    }

    func metadata() throws(NTStatus) -> FileMetadata {
        restoreFrozenTimes()
        return try mappingErrors { () throws(Errno) in
            let status = try System.status(handle.rawValue)
            let stored = try store.storedAttributes(handle.rawValue)
            var metadata = FileMetadata(status, stored)
            metadata.extendedAttributeSize = try extendedAttributeSize()
            return metadata
        }
    }

    /// The descriptor lives until the last reference is let go, so that a request in flight never
    /// meets a number that means another file by then.
    func close() { restoreFrozenTimes() }

    func checkData() throws(NTStatus) {
        guard hasData else {
            throw kind == .file ? .accessDenied : .invalidDeviceRequest
        }
    }
}

extension POSIXStore {
    /// The path that clients know a native path by.
    func path(of native: NativePath, _ rules: StorePath.Rules) -> StorePath {
        if native.isRoot { return StorePath(rules: rules, components: []) }
        let names = native.bytes.split(separator: UInt8(ascii: "/"))
        return StorePath(rules: rules, components: names.map { NativeName.decode($0, rules) })
    }
}
