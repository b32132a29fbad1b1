/// Runs tasks when the simulation lets it, in the order they became ready.
///
/// Everything is on the simulation's thread: tasks are resumed by event loops that run there.
final class SimulatedExecutor: TaskExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private var running: [UnownedJob] = []

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    /// Runs what is ready; whether there was anything.
    func step() -> Bool {
        guard !jobs.isEmpty else { return false }
        swap(&jobs, &running)
        for job in running { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        running.removeAll(keepingCapacity: true)
        return true
    }
}
