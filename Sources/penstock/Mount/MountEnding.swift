import Glibc
import Mount
import Synchronization

/// The wish to unmount, which may come before there is anything mounted.
final class MountEnding: Sendable {
    private struct State {
        var mount: Mount?
        var isRequested = false
    }

    private let state = Mutex(State())

    /// A signal has come. The second one waits for nothing.
    func request() {
        let (mount, isFirst) = state.withLock { state in
            defer { state.isRequested = true }
            return (state.mount, !state.isRequested)
        }
        guard isFirst, let mount else { Glibc.exit(ExitStatus.success.rawValue) }
        mount.unmount()
    }

    func keep(_ mount: Mount) { state.withLock { $0.mount = mount } }
}
