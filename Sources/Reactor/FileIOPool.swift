internal import Glibc
internal import Synchronization

/// Threads for calls that may wait for a disk: opening, renaming, flushing, reading what is not in
/// the page cache.
///
/// A job runs on some thread of the pool; its completion runs on the reactor that asked.
@safe public final class FileIOPool: @unchecked Sendable {
    /// The queue holds this many jobs; a caller that meets a full one runs into `isFull`.
    public static let defaultQueueCountMax = 4096
    public static let defaultThreadCount = 4

    private enum Job: @unchecked Sendable {
        case closure(@Sendable () -> Void)
        case owned(any FileIOJob, for: Reactor)

        func run() {
            switch self {
            case .closure(let work):
                work()
            case .owned(let job, for: let reactor):
                job.performFileIO()
                reactor.post(endOf: job)
            }
        }
    }

    private let threadCountMax: Int
    private let queueCountMax: Int
    /// Runs the jobs in place of threads, where a simulation says when.
    private let runner: (any FileIORunner)?
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let available: UnsafeMutablePointer<pthread_cond_t>
    // Guarded by `lock`.
    private var jobs: RingBuffer<Job>
    private var threads: [pthread_t] = []
    private var idleThreadCount = 0
    private var isStopping = false

    public convenience init(
        threadCount: Int = FileIOPool.defaultThreadCount,
        queueCountMax: Int = FileIOPool.defaultQueueCountMax
    ) {
        self.init(threadCount: threadCount, queueCountMax: queueCountMax, runner: nil)
    }

    /// Has no threads: `runner` runs every job.
    public convenience init(runner: any FileIORunner) {
        self.init(threadCount: 1, queueCountMax: Self.defaultQueueCountMax, runner: runner)
    }

    private init(threadCount: Int, queueCountMax: Int, runner: (any FileIORunner)?) {
        self.runner = runner
        threadCountMax = max(1, threadCount)
        self.queueCountMax = queueCountMax
        jobs = RingBuffer()
        unsafe lock = .allocate(capacity: 1)
        unsafe available = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(available, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(available)
        unsafe pthread_mutex_destroy(lock)
        unsafe available.deallocate()
        unsafe lock.deallocate()
    }

    /// Runs `work` on a thread of the pool and then `completion` with its result on `reactor`.
    ///
    /// Answers false, and runs neither, when the queue is full or the pool was stopped: the caller
    /// then answers its peer that resources are short.
    public func submit<Value: Sendable>(
        for reactor: Reactor,
        _ work: @escaping @Sendable () -> Value,
        completion: @escaping (Value) -> Void
    ) -> Bool {
        let confined = Confined(completion)
        return enqueue(
            .closure {
                let value = work()
                reactor.post { confined.value(value) }
            }
        )
    }

    /// Has a thread of the pool perform `job`, whose end `reactor` then hears of. Allocates
    /// nothing. False as the other `submit`.
    public func submit(_ job: any FileIOJob, for reactor: Reactor) -> Bool {
        enqueue(.owned(job, for: reactor))
    }

    /// Whether every job submitted so far has run and posted its completion.
    public var isIdle: Bool {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return jobs.count == 0 && idleThreadCount == threads.count
    }

    /// Finishes what is queued and ends the threads.
    public func stop() {
        unsafe pthread_mutex_lock(lock)
        isStopping = true
        let ending = threads
        threads = []
        unsafe pthread_cond_broadcast(available)
        unsafe pthread_mutex_unlock(lock)
        for thread in ending { pthread_join(thread, nil) }
    }

    private func enqueue(_ job: Job) -> Bool {
        if let runner { return runner.run { job.run() } }
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        guard !isStopping, jobs.count < queueCountMax else { return false }
        jobs.append(job)
        if idleThreadCount > 0 {
            unsafe pthread_cond_signal(available)
        } else if threads.count < threadCountMax {
            threads.append(startThread(name: "file-\(threads.count)") { [self] in serve() })
        }
        return true
    }

    private func serve() {
        unsafe pthread_mutex_lock(lock)
        while true {
            if let job = jobs.popFirst() {
                unsafe pthread_mutex_unlock(lock)
                job.run()
                unsafe pthread_mutex_lock(lock)
            } else if isStopping {
                break
            } else {
                idleThreadCount += 1
                unsafe pthread_cond_wait(available, lock)
                idleThreadCount -= 1
            }
        }
        unsafe pthread_mutex_unlock(lock)
    }
}

/// Runs the jobs of a pool without threads.
public protocol FileIORunner: AnyObject, Sendable {
    /// Runs `job` once, later. False when it will not.
    func run(_ job: @escaping @Sendable () -> Void) -> Bool
}

/// A value that travels through other threads but is made, used and released on one.
struct Confined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
