internal import CFileSystem
internal import Descriptors
import SMBMessages

/// What the kernel's events mean to clients (MS-FSCC 2.7.1).
extension POSIXWatcher {
    func handle(_ event: fs_event, _ name: [UInt8]) {
        func has(_ mask: fs_event_mask) -> Bool { event.mask & mask.rawValue != 0 }
        let isDirectory = has(fs_event_is_directory)
        if has(fs_event_moved_to), let first = pendingMove, first.cookie == event.cookie {
            pendingMove = nil
            finishMove(first, event.watch, name)
            return
        }
        flushPendingMove()
        if has(fs_event_overflow) {
            for id in Array(watches.keys) { watches[id]?.deliver(.overflow) }
        } else if has(fs_event_delete_self) || has(fs_event_unmount) {
            directoryIsGone(event.watch)
        } else if has(fs_event_ignored) {
            forget(event.watch)
        } else if has(fs_event_moved_from) {
            pendingMove = PendingMove(
                cookie: event.cookie,
                watch: event.watch,
                name: name,
                isDirectory: isDirectory
            )
        } else if has(fs_event_create) || has(fs_event_moved_to) {
            report(.added, event.watch, name, Self.names(isDirectory))
            if isDirectory { grow(event.watch, name) }
        } else if has(fs_event_delete) {
            report(.removed, event.watch, name, Self.names(isDirectory))
        } else if has(fs_event_modify) {
            report(.modified, event.watch, name, [.attributes, .size, .lastWrite])
        } else if has(fs_event_attributes), !name.isEmpty {
            report(.modified, event.watch, name, Self.attributeChange)
        }
    }

    private static func names(_ isDirectory: Bool) -> CompletionFilter {
        isDirectory ? .directoryName : .fileName
    }

    /// IN_ATTRIB says no more than that something about the inode has changed; attributes, streams
    /// and security descriptors are all kept in extended attributes.
    private static let attributeChange: CompletionFilter = [
        .attributes, .lastWrite, .lastAccess, .creation, .extendedAttributes, .security,
        .streamName, .streamSize, .streamWrite,
    ]

    private func report(
        _ action: NotifyAction,
        _ number: Int32,
        _ name: [UInt8],
        _ matches: CompletionFilter
    ) {
        for id in readers[number] ?? [] {
            guard let watch = watches[id], let branch = watch.branches[number] else { continue }
            let path = branch.path(NativeName.decode(name, watch.rules))
            watch.deliver(.entry(action: action, path: path, matches: matches))
        }
    }

    /// Both halves of a rename: one change of name within a directory, else a removal and an
    /// addition (MS-FSA 2.1.5.15.11).
    private func finishMove(_ first: PendingMove, _ number: Int32, _ name: [UInt8]) {
        let matches = Self.names(first.isDirectory)
        let isRename = first.watch == number
        report(isRename ? .renamedOldName : .removed, first.watch, first.name, matches)
        if first.isDirectory { prune(first.watch, first.name) }
        report(isRename ? .renamedNewName : .added, number, name, matches)
        if first.isDirectory {
            grow(number, name)
        } else {
            // Windows says so of files, and not of directories.
            report(.modified, number, name, .ofRenamedFile)
        }
    }

    /// A name that went to where nobody watches.
    func flushPendingMove() {
        guard let first = pendingMove else { return }
        pendingMove = nil
        report(.removed, first.watch, first.name, Self.names(first.isDirectory))
        if first.isDirectory { prune(first.watch, first.name) }
    }

    /// A directory has come into watched trees.
    private func grow(_ number: Int32, _ name: [UInt8]) {
        for id in readers[number] ?? [] {
            guard let watch = watches[id], watch.isRecursive,
                let branch = watch.branches[number]
            else { continue }
            do {
                try subscribe(id, to: branch.appending(name, watch.rules))
            } catch {
                watches[id]?.deliver(.overflow)
            }
        }
    }

    /// A directory has left watched trees.
    private func prune(_ number: Int32, _ name: [UInt8]) {
        for id in readers[number] ?? [] {
            guard let watch = watches[id], watch.isRecursive,
                let branch = watch.branches[number]
            else { continue }
            let gone = branch.appending(name, watch.rules).text
            for (below, branch) in watch.branches
            where branch.text == gone || branch.text.hasPrefix(gone + "\\") {
                watches[id]?.branches[below] = nil
                leave(below, id)
            }
        }
    }

    private func directoryIsGone(_ number: Int32) {
        for id in readers[number] ?? [] {
            guard let watch = watches[id], watch.branches[number]?.text.isEmpty == true
            else { continue }
            watch.deliver(.removed)
        }
    }

    /// The kernel has dropped its watch.
    private func forget(_ number: Int32) {
        for id in readers.removeValue(forKey: number) ?? [] {
            watches[id]?.branches[number] = nil
        }
    }
}
