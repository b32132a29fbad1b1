internal import CFUSE
internal import Client
internal import Glibc
internal import Synchronization

/// A request of the kernel, to be answered once, from any thread.
@safe final class FuseRequest: @unchecked Sendable {
    /// A program that is only poked by a signal gets its answer all the same; one that is to die
    /// waits no longer than this for a server that does not answer.
    private static let patience = Duration.seconds(1)

    private struct State {
        var task: Task<Void, Never>?
        var isInterrupted = false
        var isExpired = false
        var isAnswered = false
    }

    private let raw: fuse_req_t
    private let state = Mutex(State())

    private init(_ raw: fuse_req_t) { unsafe self.raw = raw }

    /// Runs `body` on the client's thread; what it throws is the answer, if it has not answered.
    static func start(
        _ raw: fuse_req_t?,
        _ body: @escaping @Sendable (MountedShare, FuseRequest) async throws -> Void
    ) {
        guard let raw = unsafe raw, let pointer = unsafe fuse_req_userdata(raw) else { return }
        let mounted = unsafe Unmanaged<MountedShare>.fromOpaque(pointer).takeUnretainedValue()
        let request = unsafe FuseRequest(raw)
        request.watchForInterrupts()
        mounted.deadlines?.add(request)
        let task = Task(executorPreference: mounted.executor) {
            do {
                try await body(mounted, request)
            } catch {
                let isLate = request.state.withLock { $0.isExpired }
                request.fail(isLate ? MountErrno(EIO) : MountErrno(error))
            }
            mounted.deadlines?.remove(request)
        }
        request.keep(task)
    }

    /// The kernel asked for it to be given up, on the thread that reads requests.
    private func watchForInterrupts() {
        let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe fuse_req_interrupt_func(
            raw,
            { _, pointer in
                guard let pointer = unsafe pointer else { return }
                unsafe Unmanaged<FuseRequest>.fromOpaque(pointer).takeUnretainedValue().interrupt()
            },
            pointer
        )
    }

    private func keep(_ task: Task<Void, Never>) {
        let isInterrupted = state.withLock { state in
            if !state.isAnswered { state.task = task }
            return state.isInterrupted
        }
        if isInterrupted { giveUpLater() }
    }

    private func interrupt() {
        let isFirst = state.withLock { state in
            defer { state.isInterrupted = true }
            return !state.isInterrupted && state.task != nil
        }
        if isFirst { giveUpLater() }
    }

    /// It has waited for longer than the mount permits.
    func expire() {
        let task = state.withLock { state in
            state.isExpired = true
            return state.task
        }
        task?.cancel()
    }

    private func giveUpLater() {
        Task {
            try? await Task.sleep(for: Self.patience)
            state.withLock { $0.task }?.cancel()
        }
    }

    /// False when there was an answer already.
    private func settle() -> Bool {
        let isFirst = state.withLock { state in
            defer {
                state.isAnswered = true
                state.task = nil
            }
            return !state.isAnswered
        }
        // libfuse holds the lock under which it would call: from here on it does not.
        if isFirst { unsafe fuse_req_interrupt_func(raw, nil, nil) }
        return isFirst
    }

    func fail(_ error: MountErrno) {
        if settle() { unsafe fuse_reply_err(raw, error.rawValue) }
    }

    func succeed() {
        if settle() { unsafe fuse_reply_err(raw, 0) }
    }

    func answer(attributes: stat, validFor seconds: Double) {
        guard settle() else { return }
        var attributes = attributes
        unsafe fuse_reply_attr(raw, &attributes, seconds)
    }

    /// False when the kernel does not take it: then it has not looked the node up.
    func answer(entry: fuse_entry_param) -> Bool {
        guard settle() else { return false }
        var entry = entry
        return unsafe fuse_reply_entry(raw, &entry) == 0
    }

    func answer(entry: fuse_entry_param, handle: UInt64) -> Bool {
        guard settle() else { return false }
        var entry = entry
        var info = fuse_file_info()
        info.fh = handle
        unsafe cfuse_set_caching(&info, 1)
        return unsafe fuse_reply_create(raw, &entry, &info) == 0
    }

    /// False when nobody waits for the open any more.
    func answer(handle: UInt64, keepsCache: Bool) -> Bool {
        guard settle() else { return false }
        var info = fuse_file_info()
        info.fh = handle
        unsafe cfuse_set_caching(&info, keepsCache ? 1 : 0)
        return unsafe fuse_reply_open(raw, &info) == 0
    }

    func answer(target: String) {
        if settle() { unsafe fuse_reply_readlink(raw, target) }
    }

    func answer(writtenCount: Int) {
        if settle() { unsafe fuse_reply_write(raw, writtenCount) }
    }

    func answer(attributeByteCount count: Int) {
        if settle() { unsafe fuse_reply_xattr(raw, count) }
    }

    func answer(volume: statvfs) {
        guard settle() else { return }
        var volume = volume
        unsafe fuse_reply_statfs(raw, &volume)
    }

    func answer(bytes: [UInt8]) {
        guard settle() else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            _ = unsafe fuse_reply_buf(
                raw,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                bytes.count
            )
        }
    }

    /// The first bytes of a block.
    @discardableResult
    func answer(_ block: Block, count: Int) -> Bool {
        guard settle() else { return false }
        let bytes = unsafe block.memory.baseAddress?.assumingMemoryBound(to: CChar.self)
        return unsafe fuse_reply_buf(raw, bytes, count) == 0
    }

    /// Writes a folder's entry into a block; the bytes that it takes, which may be more than there
    /// is room for.
    func add(
        _ name: String,
        _ entry: fuse_entry_param,
        next: Int,
        withAttributes: Bool,
        to block: Block,
        at offset: Int,
        limit: Int
    ) -> Int {
        var entry = entry
        let place = unsafe block.memory.baseAddress?.advanced(by: offset)
            .assumingMemoryBound(to: CChar.self)
        let room = limit - offset
        if withAttributes {
            return unsafe fuse_add_direntry_plus(raw, place, room, name, &entry, off_t(next))
        }
        return unsafe fuse_add_direntry(raw, place, room, name, &entry.attr, off_t(next))
    }
}
