import FileStore
import SMBMessages
import SMBState
import Wire

extension InfoChange {
    // MARK: Deletion

    /// MS-FSA 2.1.5.15.3 and 2.1.5.15.4.
    func setDisposition(
        _ file: any StoreFile,
        _ informationClass: FileInformationClass,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        var flags: UInt32 = 0
        if informationClass == .dispositionExtended {
            flags = try decode(DispositionExtendedInformation.self).flags
        } else if try decode(DispositionInformation.self).deletePending {
            flags = DispositionExtendedInformation.delete
        }
        try requireWritableShare()
        try open.require(.delete)
        if flags & DispositionExtendedInformation.onClose != 0 {
            guard open.createOptions.contains(.deleteOnClose) else {
                throw NTStatus.notSupported
            }
        }
        if flags & DispositionExtendedInformation.delete == 0 {
            files.withTable { $0.setDeletePending(open.openID, false) }
            open.removesNameOnClose = false
            SetInfoResponse().encode(to: &writer)
            return .answered
        }
        let ignoresReadOnly =
            flags & DispositionExtendedInformation.ignoreReadOnlyAttribute != 0
        if !file.isStream {
            let metadata = try file.metadata()
            guard ignoresReadOnly || !metadata.attributes.contains(.readOnly) else {
                throw NTStatus.cannotDelete
            }
            guard !file.path.isRoot else { throw NTStatus.cannotDelete }
            try file.checkDeletable()
        }
        let usesPOSIX = flags & DispositionExtendedInformation.posixSemantics != 0
        return try afterNameBreak(&writer) {
            files.withTable { $0.setDeletePending(open.openID, true) }
            open.removesNameOnClose = usesPOSIX
            if file.kind == .directory { shard.endWatches(of: file.identity, .deletePending) }
        }
    }

    // MARK: Other names

    /// MS-FSA 2.1.5.15.11.
    func rename(
        _ file: any StoreFile,
        _ informationClass: FileInformationClass,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        if open.session?.isDemoted == true { throw NTStatus.accessDenied }
        let wish = try RenameWish(self, informationClass)
        try requireWritableShare()
        try open.require(.delete)
        let target = try wish.target(of: file)
        if files.withTable({ $0.isDeletePending(open.openID) }) { throw NTStatus.deletePending }
        if !file.isStream {
            guard !file.path.isRoot else { throw NTStatus.accessDenied }
            try checkDirectories(file, target)
        }
        return try afterNameBreak(&writer) { () throws(NTStatus) in
            try move(file, to: target, wish)
        }
    }

    private func move(
        _ file: any StoreFile,
        to target: StorePath,
        _ wish: RenameWish
    ) throws(NTStatus) {
        if file.isStream, target.stream == nil { return try becomeUnnamed(file, wish) }
        if !file.isStream { try checkTarget(file, target, wish) }
        try file.rename(
            to: target,
            replacing: wish.replaces,
            posixSemantics: wish.posixSemantics
        )
        let path = Open.indexPath(of: file.path, on: open.tree.share)
        files.withTable { $0.setPath(path, of: open.openID) }
    }

    /// The bytes of a named stream become the file's own, and the stream goes. Streams are small:
    /// they live in extended attributes.
    private func becomeUnnamed(
        _ stream: any StoreFile,
        _ wish: RenameWish
    ) throws(NTStatus) {
        guard let store = open.tree.share.store else { throw .notSupported }
        let opened = try store.open(
            StoreOpenRequest(path: stream.path.file, access: [.read, .write])
        )
        defer { opened.file.close() }
        guard wish.replaces || opened.metadata.endOfFile == 0 else {
            throw .objectNameCollision
        }
        let size = try stream.metadata().endOfFile
        try opened.file.setEndOfFile(0)
        _ = try opened.file.copyRange(
            from: stream,
            sourceOffset: 0,
            targetOffset: 0,
            count: size
        )
        try stream.delete()
    }

    /// A file of the new name goes only when that is wanted and nobody uses it.
    private func checkTarget(
        _ file: any StoreFile,
        _ target: StorePath,
        _ wish: RenameWish
    ) throws(NTStatus) {
        guard let store = open.tree.share.store else { throw .notSupported }
        guard let there = try store.metadata(at: target, opensReparsePoint: true),
            there.identity.file != file.identity.file
        else { return }
        guard wish.replaces else { throw .objectNameCollision }
        if wish.posixSemantics { return }
        guard !there.isDirectory, !there.attributes.contains(.readOnly) else {
            throw .accessDenied
        }
        let key = FileKey(device: there.identity.device, inode: there.identity.inode)
        guard files.withTable({ $0.openCount(of: key) }) == 0 else { throw .accessDenied }
    }

    /// A rename writes into the directory that takes the name, so whoever has that open must share
    /// writing, and must not have asked for its deletion (MS-FSA 2.1.5.15.11: it is opened for
    /// FILE_ADD_FILE, sharing reads and writes). Nor may a directory move from under open files.
    private func checkDirectories(
        _ file: any StoreFile,
        _ target: StorePath
    ) throws(NTStatus) {
        guard let store = open.tree.share.store, file.path.rules == .windows else { return }
        guard let parent = try store.metadata(at: target.parent, opensReparsePoint: false) else {
            throw .objectPathNotFound
        }
        let key = FileKey(device: parent.identity.device, inode: parent.identity.inode)
        let isRefused = files.withTable {
            $0.wouldConflict(
                key,
                access: AccessMask.addFile.rawValue,
                shareAccess: ShareAccess([.read, .write]).rawValue
            )
        }
        guard !isRefused else { throw .sharingViolation }
        let path = Open.indexPath(of: file.path, on: open.tree.share)
        if file.kind == .directory, files.withTable({ $0.hasOpens(below: path) }) {
            throw .accessDenied
        }
    }

    /// MS-FSA 2.1.5.15.9.
    func link(_ file: any StoreFile) throws {
        let value = try decode(LinkInformation.self)
        guard value.rootDirectory == 0 else { throw NTStatus.invalidParameter }
        try requireWritableShare()
        guard file.kind != .directory else { throw NTStatus.fileIsADirectory }
        guard !file.isStream else { throw NTStatus.invalidParameter }
        let target = try StorePath(value.fileName, rules: file.path.rules)
        guard target.stream == nil else { throw NTStatus.objectNameInvalid }
        try file.link(as: target, replacing: value.replaceIfExists)
    }

    // MARK: Waiting for others' caches

    /// Runs `change` once nobody caches handles of the file any more (MS-FSA 2.1.5.15.11: a rename
    /// or deletion breaks them), and answers.
    private func afterNameBreak(
        _ writer: inout WireWriter,
        _ change: @escaping () throws(NTStatus) -> Void
    ) throws -> Connection.Result {
        let waiter = files.makeWaiterID(on: shard)
        let breaks = files.withTable { $0.breakForNameChange(by: open.openID, waiter: waiter) }
        shard.notify(breaks.breaks)
        guard breaks.mustWait else {
            try change()
            SetInfoResponse().encode(to: &writer)
            return .answered
        }
        try suspend(waiter)
        let request = request
        let retry = {
            request.resume { writer throws in
                try change()
                SetInfoResponse().encode(to: &writer)
                return .success
            }
        }
        shard.addWaiter(
            waiter,
            Waiter(request: request, generation: request.generation, retry: retry)
        )
        return .waiting
    }

    private func suspend(_ waiter: WaiterID) throws(NTStatus) {
        let openID = open.openID
        let shard = shard
        try request.suspend(.indefinite) { request, status in
            _ = shard.removeWaiter(waiter)
            _ = shard.server.files.withTable { $0.cancel(waiter, open: openID) }
            request.resume(failing: status)
        }
    }
}

/// What a rename asks for, in either of its two forms.
struct RenameWish {
    let name: String
    let replaces: Bool
    let posixSemantics: Bool

    init(_ change: InfoChange, _ informationClass: FileInformationClass) throws(NTStatus) {
        if informationClass == .rename {
            let value = try change.decode(RenameInformation.self)
            guard value.rootDirectory == 0 else { throw .invalidParameter }
            name = value.fileName
            replaces = value.replaceIfExists
            // Who opened the file as POSIX does has it renamed so, too.
            posixSemantics = change.open.file?.path.rules == .posix && value.replaceIfExists
        } else {
            let value = try change.decode(RenameExtendedInformation.self)
            guard value.rootDirectory == 0 else { throw .invalidParameter }
            name = value.fileName
            replaces = value.flags.contains(.replaceIfExists)
            posixSemantics = value.flags.contains(.posixSemantics)
        }
    }

    /// Where the file is to go. A name that begins with a colon is one for a stream, in its file.
    func target(of file: any StoreFile) throws(NTStatus) -> StorePath {
        guard !name.isEmpty else { throw .objectNameInvalid }
        if name.utf8.first == UInt8(ascii: ":") {
            let stream = try StorePath(name, rules: .windows)
            guard file.kind == .file || file.isStream else { throw .invalidParameter }
            guard let streamName = stream.stream else {
                // The unnamed stream, which only a named one can become.
                guard file.isStream else { throw .invalidParameter }
                return file.path.file
            }
            guard file.isStream else { throw .invalidParameter }
            return try file.path.naming(stream: streamName)
        }
        guard !file.isStream else { throw .sharingViolation }
        let target = try StorePath(name, rules: file.path.rules)
        guard target.stream == nil else { throw .notSupported }
        guard !target.isRoot else { throw .objectNameInvalid }
        return target
    }
}
