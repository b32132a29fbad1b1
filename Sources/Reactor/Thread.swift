internal import CSystem
internal import Glibc

private final class ThreadBody {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

/// Starts a thread of the operating system: the runtime's own pool must never wait in a poll or
/// for a disk.
func startThread(name: String, _ run: @escaping @Sendable () -> Void) -> pthread_t {
    let body = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: run)).toOpaque()
    var thread = pthread_t()
    let result = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            unsafe csystem_name_thread(String(body.name.prefix(15)))
            body.run()
            return nil
        },
        body,
    )
    precondition(result == 0, "no thread could be started: error \(result)")
    return thread
}
