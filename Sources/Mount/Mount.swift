internal import CFUSE
public import Client
internal import Glibc
internal import Synchronization

/// A share that is a directory of this machine, for as long as the process lives or until somebody
/// unmounts it.
@safe public final class Mount: @unchecked Sendable {
    private static let syncSecondsMax = 20

    private struct State {
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    public let directory: String
    private let mounted: MountedShare
    private let session: OpaquePointer
    private let state = Mutex(State())

    /// Mounts the share; requests are answered when this returns.
    public static func start(
        _ share: Share,
        at directory: String,
        options: MountOptions,
        runtime: ClientRuntime
    ) async throws -> Mount {
        let root = try await share.node(.root)
        guard root.isFolder else { throw MountFailure("the share has no folder at its root") }
        let mounted = MountedShare(
            share: share,
            root: root,
            options: options,
            executor: runtime.connectionExecutor
        )
        let mount = try Mount(mounted, at: directory)
        try mount.begin()
        if let deadlines = mounted.deadlines { Task { await deadlines.watch() } }
        let kibibytes = UInt32(options.readAheadByteCount >> 10)
        guard unsafe cfuse_raise_read_ahead(directory, kibibytes) == 0 else {
            throw MountFailure("the directory '\(directory)' was mounted, but cannot be used")
        }
        return mount
    }

    private init(_ mounted: MountedShare, at directory: String) throws(MountFailure) {
        self.directory = directory
        self.mounted = mounted
        var operations = FuseOperations.table()
        // The kernel's requests name it for as long as the process lives.
        let pointer = unsafe Unmanaged.passRetained(mounted).toOpaque()
        let words = ["penstock", "-o", Self.optionText(mounted.options)]
        let session = unsafe Self.withArguments(words) { arguments in
            unsafe fuse_session_new(
                arguments,
                &operations,
                MemoryLayout<fuse_lowlevel_ops>.size,
                pointer
            )
        }
        guard let session = unsafe session else {
            throw MountFailure("libfuse refuses the options of the mount")
        }
        unsafe self.session = session
        mounted.kernel = unsafe KernelCaches(session)
    }

    private static func optionText(_ options: MountOptions) -> String {
        var source = ""
        for character in options.source {
            if character == "," || character == "\\" { source += "\\" }
            source.append(character)
        }
        var words = [
            "fsname=\(source)", "subtype=penstock", "default_permissions",
            "max_read=\(MountOptions.requestByteCountMax)",
        ]
        if options.allowsOthers { words.append("allow_other") }
        if options.isReadOnly { words.append("ro") }
        return words.joined(separator: ",")
    }

    private static func withArguments(
        _ words: [String],
        _ body: (UnsafeMutablePointer<fuse_args>) -> OpaquePointer?
    ) -> OpaquePointer? {
        var pointers = unsafe words.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { pointers in
            var arguments = unsafe cfuse_args(Int32(pointers.count), pointers.baseAddress)
            return unsafe body(&arguments)
        }
    }

    private func begin() throws(MountFailure) {
        guard unsafe fuse_session_mount(session, directory) == 0 else {
            throw MountFailure(
                "cannot mount at '\(directory)': see above; it must be an empty directory, and "
                    + "users other than root need the setuid program fusermount3"
            )
        }
        startThread(name: "mount") { [self] in
            serve()
            end()
        }
    }

    /// Reads requests until the directory is unmounted.
    private func serve() {
        while unsafe fuse_session_exited(session) == 0 {
            let block = mounted.receiving ?? mounted.blocks.take()
            mounted.receiving = block
            var buffer = unsafe fuse_buf()
            unsafe buffer.mem = block.memory.baseAddress
            unsafe buffer.size = block.memory.count
            let count = unsafe fuse_session_receive_buf(session, &buffer)
            if count == -EINTR { continue }
            guard count > 0 else { return }
            unsafe fuse_session_process_buf(session, &buffer)
        }
    }

    /// Returns when the directory is no longer mounted, by whoever's doing.
    public func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiter = continuation }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    private func end() {
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Takes the directory away, after what programs wrote through their mappings has been sent.
    /// Programs that still have files open there get errors from then on.
    public func unmount() {
        let isWritten = Countdown()
        startThread(name: "sync") { [directory] in
            unsafe cfuse_sync(directory)
            isWritten.end()
        }
        startThread(name: "unmount") { [self] in
            // A server that is away for good takes what nobody fsynced with it.
            isWritten.wait(seconds: Self.syncSecondsMax)
            unsafe fuse_session_exit(session)
            unsafe fuse_session_unmount(session)
            end()
        }
    }
}
