/// Runs Swift tasks on a reactor's thread.
///
/// A task that waits for what this thread brings goes on without another thread being woken for it,
/// which costs more than a small read. What it computes holds up everything else on the thread.
public final class ReactorExecutor: TaskExecutor {
    private let reactor: Reactor

    public init(_ reactor: Reactor) { self.reactor = reactor }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if reactor.isCurrent { return reactor.goOn(with: job, of: self) }
        reactor.post { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

extension Reactor {
    /// Runs a part of a task that this thread itself made ready: in this pass, if it comes to that,
    /// so that its next request leaves with it.
    fileprivate func goOn(with job: UnownedJob, of executor: ReactorExecutor) {
        readyTasks.append(ReadyTask(job: job, executor: executor))
    }

    func runReadyTasks() {
        guard !readyTasks.isEmpty else { return }
        swap(&readyTasks, &runningTasks)
        for task in runningTasks {
            unsafe task.job.runSynchronously(on: task.executor.asUnownedTaskExecutor())
        }
        runningTasks.removeAll(keepingCapacity: true)
    }
}

/// A part of a task that can go on.
struct ReadyTask {
    let job: UnownedJob
    let executor: ReactorExecutor
}
