import FileStore
import Glibc
public import Logging
import Reactor
import SMBMessages
import Synchronization

/// Keeps files in memory, and what is in memory like the files: loads what is wished for, again
/// when it has changed, and lets go of what is gone. One thread, which may wait, calls `refresh`
/// now and then.
public final class PinKeeper: @unchecked Sendable {
    /// A file that changed more recently may change again without another change time: the clock
    /// of file systems moves in steps.
    public static let defaultRestSeconds = 2
    public static let fileCountMax = 65_536
    private static let depthMax = 64
    private static let pieceByteCount = 4 << 20

    private let files: PinnedFiles
    private let wishes: [PinWish]
    private let byteCountMax: Int
    private let restSeconds: Int
    private let devices: any PinningDevices
    private let log: Logger
    private let isStopped = Atomic<Bool>(false)
    // Of the thread that calls `refresh`.
    private var present: Set<PinnedFiles.Stamp> = []
    /// Where each file in memory was met last.
    private var places: [PinnedFiles.Stamp: PinPlace] = [:]
    /// What could not be looked at in this round, though it may be there.
    private var unreached: [PinPlace] = []
    private var visitedCount = 0
    /// What has been said already, so that each round does not say it again.
    private var complaints: Set<String> = []

    /// `byteCountMax` bounds the memory of all files together.
    public init(
        files: PinnedFiles,
        wishes: [PinWish],
        byteCountMax: Int,
        restSeconds: Int = PinKeeper.defaultRestSeconds,
        devices: any PinningDevices,
        log: Logger
    ) {
        self.files = files
        self.wishes = wishes
        self.byteCountMax = byteCountMax
        self.restSeconds = restSeconds
        self.devices = devices
        self.log = log
    }

    /// Ends a `refresh` that is under way soon. Callable from any thread.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    private var goesOn: Bool { !isStopped.load(ordering: .relaxed) }

    /// Makes the memory what the files are.
    public func refresh() {
        present = []
        unreached = []
        visitedCount = 0
        for (number, wish) in wishes.enumerated() where goesOn {
            let place = PinPlace(wish: number, path: wish.path)
            do {
                try visit(wish, place, nil, depth: 0)
            } catch {
                missed(place, wish.name, error)
            }
        }
        guard goesOn else { return }
        for stamp in files.stamps where !present.contains(stamp) && !mayBeThere(stamp) {
            drop(stamp)
        }
    }

    /// Loading it again would cost more than to wait for a round that can tell.
    private func mayBeThere(_ stamp: PinnedFiles.Stamp) -> Bool {
        guard let place = places[stamp] else { return false }
        return unreached.contains { $0.holds(place) }
    }

    private func missed(_ place: PinPlace, _ name: String, _ error: NTStatus) {
        switch error {
        case .objectNameNotFound, .objectPathNotFound, .noSuchFile, .deletePending: break
        default: unreached.append(place)
        }
        complain(name, "cannot be pinned: \(error)")
    }

    private func drop(_ stamp: PinnedFiles.Stamp) {
        places[stamp] = nil
        guard let memory = files.remove(stamp) else { return }
        devices.unpin(memory)
        log.notice(
            "let go of a copy: its file has changed or is gone",
            metadata: ["bytes": "\(stamp.size)", "inode": "\(stamp.inode)"]
        )
    }

    // MARK: - Finding

    /// `kind` is what the listing that named the path says of it; nil for the first.
    private func visit(
        _ wish: PinWish,
        _ place: PinPlace,
        _ kind: FileKind?,
        depth: Int
    ) throws(NTStatus) {
        guard goesOn, depth <= Self.depthMax else { return }
        let file = try wish.store.open(StoreOpenRequest(path: place.path, access: [.read])).file
        defer { file.close() }
        guard file.kind == .directory else {
            let name = depth == 0 ? wish.name : "\(wish.name): \(place.path)"
            return keep(file, at: place, named: name)
        }
        // Folders are entered by their own names alone, lest links make a circle.
        guard kind != .symbolicLink else { return }
        let cursor = try file.makeCursor()
        let everything = WildcardPattern("*")
        while goesOn, let entry = try cursor.next(matching: everything, detail: .metadata) {
            guard entry.name != ".", entry.name != ".." else { continue }
            visitedCount += 1
            guard visitedCount <= Self.fileCountMax else {
                return complain(wish.name, "names more than \(Self.fileCountMax) files")
            }
            let kind = entry.metadata?.kind
            guard kind == .directory || kind == .file || kind == .symbolicLink else { continue }
            let name = "\(wish.name): \(entry.name)"
            guard let path = try? place.path.appending(entry.name) else {
                complain(name, "cannot be pinned: its name breaks the rules")
                continue
            }
            let below = PinPlace(wish: place.wish, path: path)
            do {
                try visit(wish, below, kind, depth: depth + 1)
            } catch {
                missed(below, name, error)
            }
        }
    }

    // MARK: - Loading

    private func keep(_ file: any StoreFile, at place: PinPlace, named name: String) {
        var status = stat()
        guard file.descriptor >= 0, unsafe fstat(file.descriptor, &status) == 0,
            status.st_size > 0
        else { return }
        let stamp = PinnedFiles.Stamp(status)
        guard present.insert(stamp).inserted else { return }
        if let memory = files.memory(of: stamp) {
            places[stamp] = place
            return register(memory, named: name)
        }
        guard isAtRest(stamp) else { return }
        dropEarlier(than: stamp)
        guard stamp.size <= byteCountMax - files.byteCount else {
            return complain(name, "does not fit what may be pinned, \(byteCountMax) bytes in all")
        }
        guard let memory = load(file.descriptor, stamp) else { return }
        register(memory, named: name)
        files.add(memory, of: stamp)
        places[stamp] = place
        log.notice("pinned in memory", metadata: ["file": "\(name)", "bytes": "\(stamp.size)"])
    }

    /// Room for the new contents: the old ones are of no use any more.
    private func dropEarlier(than stamp: PinnedFiles.Stamp) {
        for old in files.stamps where old.inode == stamp.inode && old.device == stamp.device {
            drop(old)
        }
    }

    private func isAtRest(_ stamp: PinnedFiles.Stamp) -> Bool {
        var now = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
        // A change time to come, by a clock that was set back, tells nothing either.
        return now.tv_sec - stamp.changeSeconds > restSeconds
    }

    private func load(_ descriptor: Int32, _ stamp: PinnedFiles.Stamp) -> PinnedMemory? {
        guard let memory = PinnedMemory(byteCount: stamp.size) else {
            complain("inode \(stamp.inode)", "finds no memory of \(stamp.size) bytes")
            return nil
        }
        var offset = 0
        while offset < stamp.size {
            guard goesOn else { return nil }
            let count = min(Self.pieceByteCount, stamp.size - offset)
            let read = unsafe pread(descriptor, memory.base + offset, count, offset)
            if read < 0 && errno == EINTR { continue }
            guard read > 0 else { return nil }
            offset += read
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, PinnedFiles.Stamp(status) == stamp else {
            return nil
        }
        return memory
    }

    private func register(_ memory: PinnedMemory, named name: String) {
        let outcome = devices.pin(memory)
        for device in outcome.added {
            log.info("pinned on a device", metadata: ["file": "\(name)", "device": "\(device)"])
        }
        for (device, reason) in outcome.refused {
            complain(name, "is copied for clients of \(device): \(reason)")
        }
    }

    private func complain(_ name: String, _ text: String) {
        guard complaints.count < Self.fileCountMax, complaints.insert(name + text).inserted else {
            return
        }
        log.warning("\(name) \(text)")
    }
}
