internal import CFUSE
internal import Glibc

private final class ThreadBody {
    let name: String
    let run: @Sendable () -> Void

    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

/// Starts a thread that may wait for the kernel, which no thread of the Swift runtime may.
func startThread(name: String, _ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(ThreadBody(name, run)).toOpaque()
    var thread = pthread_t()
    let result = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            unsafe cfuse_name_thread(body.name)
            body.run()
            return nil
        },
        body
    )
    precondition(result == 0, "no thread could be started: error \(result)")
    pthread_detach(thread)
}
