/// Runs Swift tasks on a reactor's thread.
///
/// A task that waits for what this thread brings goes on without another thread being woken for it,
/// which costs more than a small read. What it computes holds up everything else on the thread.
public final class ReactorExecutor: TaskExecutor {
    private let reactor: Reactor

    public init(_ reactor: Reactor) { self.reactor = reactor }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        reactor.post { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
