internal import CFileSystem
internal import Descriptors
public import SMBMessages

/// Directory changes through inotify: one instance, and one watch for each directory, however many
/// clients watch it and whether by itself or as part of a tree.
final class POSIXWatcher: ChangeWatcher {
    /// Directories watched at once, all trees together.
    static let directoryCountMax = 16384
    /// How much is taken from the kernel in one `drain`, so that other work gets its turn.
    private static let readCountMax = 16
    private static let bufferSize = 65536

    /// A directory as one watch sees it.
    struct Branch {
        /// From the watched directory, as the client is told; empty for that directory.
        var text: String
        /// The same for the kernel.
        var native: NativePath
    }

    struct Watch {
        var directory: POSIXFile
        var isRecursive: Bool
        var deliver: (DirectoryChange) -> Void
        var branches: [Int32: Branch] = [:]
        var rules: StorePath.Rules { directory.rules }
    }

    let instance: FileDescriptor
    var watches: [WatchID: Watch] = [:]
    /// Which watches an inotify watch serves.
    var readers: [Int32: [WatchID]] = [:]
    /// The first half of a rename, until the second comes or something else does.
    var pendingMove: PendingMove?
    private var lastID: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: bufferSize)

    struct PendingMove {
        var cookie: UInt32
        var watch: Int32
        var name: [UInt8]
        var isDirectory: Bool
    }

    init() throws(NTStatus) {
        instance = try mappingErrors { () throws(Errno) in
            FileDescriptor(owning: try Errno.check(fs_watcher()))
        }
    }

    var descriptor: Int32 { instance.rawValue }

    func watch(
        _ directory: any StoreFile,
        recursive: Bool,
        deliver: @escaping (DirectoryChange) -> Void
    ) throws(NTStatus) -> WatchID {
        guard let directory = directory as? POSIXFile, directory.kind == .directory else {
            throw .invalidParameter
        }
        lastID += 1
        let id = WatchID(rawValue: lastID)
        watches[id] = Watch(directory: directory, isRecursive: recursive, deliver: deliver)
        do {
            try subscribe(id, to: Branch(text: "", native: .root))
        } catch {
            stop(id)
            throw error == .noSpace ? .insufficientResources : NTStatus(error)
        }
        return id
    }

    func stop(_ watch: WatchID) {
        guard let stopped = watches.removeValue(forKey: watch) else { return }
        for branch in stopped.branches.keys { leave(branch, watch) }
    }

    func drain() {
        for _ in 0..<Self.readCountMax {
            let descriptor = descriptor
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe fs_read_events(descriptor, bytes.baseAddress, bytes.count)
            }
            guard count > 0 else { break }
            var offset = 0
            while offset < Int(count) {
                let event = unsafe buffer.withUnsafeBytes { bytes in
                    unsafe fs_parse_event(bytes.baseAddress, offset)
                }
                let start = Int(event.name_offset)
                let name = Array(buffer[start..<start + Int(event.name_length)])
                offset += max(1, Int(event.record_length))
                handle(event, name)
            }
        }
        flushPendingMove()
    }

    /// Begins to watch a directory of a watch, and those below it when the watch is recursive.
    /// ENOSPC when there are too many.
    func subscribe(_ id: WatchID, to first: Branch) throws(Errno) {
        var waiting = [first]
        while let branch = waiting.popLast() {
            guard let watch = watches[id] else { return }
            let root = watch.directory.handle.rawValue
            let place: FileDescriptor
            do {
                place = try System.open(root, branch.native, [.path, .directory, .noFollow])
            } catch .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinks {
                // Gone again.
                continue
            } catch {
                throw error
            }
            guard readers.count < Self.directoryCountMax else { throw .noSpace }
            let number = try Errno.check(fs_watch(descriptor, place.rawValue))
            watches[id]?.branches[number] = branch
            if readers[number]?.contains(id) != true { readers[number, default: []].append(id) }
            if watch.isRecursive {
                waiting.append(contentsOf: try Self.below(branch, place.rawValue, watch.rules))
            }
        }
    }

    private static func below(
        _ branch: Branch,
        _ directory: Int32,
        _ rules: StorePath.Rules
    ) throws(Errno) -> [Branch] {
        var found: [Branch] = []
        var reader = try DirectoryReader(of: directory)
        while let entry = try reader.next() {
            guard !entry.isDotOrDotDot, entry.isDirectory || entry.isUnknown else { continue }
            found.append(branch.appending(entry.name, rules))
        }
        return found
    }

    /// Lets a watch go of a directory, and of the kernel's watch when nobody else needs it.
    func leave(_ number: Int32, _ id: WatchID) {
        readers[number]?.removeAll { $0 == id }
        if readers[number]?.isEmpty == true {
            readers[number] = nil
            _ = fs_unwatch(descriptor, number)
        }
    }
}

extension POSIXWatcher.Branch {
    func appending(_ name: [UInt8], _ rules: StorePath.Rules) -> POSIXWatcher.Branch {
        POSIXWatcher.Branch(
            text: path(NativeName.decode(name, rules)),
            native: native.appending(NativePath(bytes: name))
        )
    }

    func path(_ name: String) -> String { text.isEmpty ? name : "\(text)\\\(name)" }
}

extension POSIXStore {
    public func makeWatcher() throws(NTStatus) -> any ChangeWatcher { try POSIXWatcher() }
}
