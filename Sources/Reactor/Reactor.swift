internal import CSystem
public import Descriptors
internal import Glibc
internal import Synchronization

/// One thread that waits for many descriptors, timers and messages from other threads.
///
/// Everything but `post`, `start` and `stop` is called on that thread alone; what is registered
/// here is confined to it and needs no lock.
@safe public final class Reactor: @unchecked Sendable {
    /// Events taken from the kernel in one call.
    static let eventsPerPass: Int32 = 64
    /// How long a buffer stays unused before its memory goes back to the system.
    static let trimIntervalNanoseconds: UInt64 = 1_000_000_000

    public let name: String
    /// The thread's buffers.
    public let buffers: BufferPool
    /// Nanoseconds of a clock that never goes back, as it was half a millisecond ago at most
    /// when the pass began.
    public internal(set) var now: UInt64 = csystem_monotonic_nanoseconds()
    private var nowTicks = csystem_coarse_ticks()

    let epoll: FileDescriptor
    let wakeup: FileDescriptor
    let events: UnsafeMutablePointer<epoll_event>
    var registrations: [Registration] = []
    var freeRegistrations: [Int32] = []
    var timers = TimerHeap()
    var spin: SpinPolicy
    /// Work of this pass that waits for its end, and the list it is swapped with.
    var passHandlers: [any PassHandler] = []
    var runningPassHandlers: [any PassHandler] = []
    var readyTasks: [ReadyTask] = []
    var runningTasks: [ReadyTask] = []
    /// Who is asked for work before the kernel is, and for how many passes the kernel was not.
    var pollers: [any PollingHandler] = []
    private var passesUntold = 0
    var crowdedPasses = 0
    var isTrimming = false
    /// Nil for a reactor with a thread.
    let clock: SimulatedClock?
    private var attachments: [ObjectIdentifier: AnyObject] = [:]

    private let inbox = Mutex<[Mail]>([])
    private let hasMail = Atomic<Bool>(false)
    private let isAsleep = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let threadID = Atomic<UInt>(0)
    private let join = Mutex<pthread_t?>(nil)
    private var mail: [Mail] = []

    public convenience init(
        name: String,
        bufferByteCountMax: Int = BufferPool.defaultByteCountMax,
        spinNanoseconds: UInt64? = nil
    ) throws(Errno) {
        try self.init(name, bufferByteCountMax, spinNanoseconds, clock: nil)
    }

    /// Without a thread: the caller's `step` does everything, at the time of `clock`.
    public convenience init(
        name: String,
        clock: SimulatedClock,
        bufferByteCountMax: Int = BufferPool.defaultByteCountMax
    ) throws(Errno) {
        try self.init(name, bufferByteCountMax, 0, clock: clock)
        now = clock.now
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
    }

    private init(
        _ name: String,
        _ bufferByteCountMax: Int,
        _ spinNanoseconds: UInt64?,
        clock: SimulatedClock?
    ) throws(Errno) {
        self.name = name
        self.clock = clock
        buffers = BufferPool(byteCountMax: bufferByteCountMax)
        spin = SpinPolicy(
            windowNanoseconds: spinNanoseconds ?? SpinPolicy.defaultWindowNanoseconds,
            processorCount: Int(csystem_processor_count()),
        )
        epoll = FileDescriptor(owning: try Errno.check(csystem_epoll_create()))
        wakeup = FileDescriptor(owning: try Errno.check(csystem_eventfd()))
        unsafe events = .allocate(capacity: Int(Self.eventsPerPass))
        let result = csystem_epoll_control(
            epoll.rawValue,
            EPOLL_CTL_ADD,
            wakeup.rawValue,
            csystem_epoll_in,
            Registration.wakeupToken,
        )
        _ = try Errno.check(result)
    }

    deinit { unsafe events.deallocate() }

    /// Whether the caller runs on this reactor's thread.
    public var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Starts the thread; `processor` pins it to one.
    public func start(processor: Int? = nil) {
        precondition(clock == nil, "a simulated clock has no thread")
        join.withLock { thread in
            guard thread == nil else { return }
            thread = startThread(name: name) { [self] in
                if let processor { _ = csystem_pin_thread(Int32(processor)) }
                threadID.store(UInt(pthread_self()), ordering: .relaxed)
                buffers.bindToCurrentThread()
                run()
                threadID.store(0, ordering: .relaxed)
            }
        }
    }

    /// Ends the loop and, from another thread, waits until it has ended. Whatever is still
    /// registered is let go.
    public func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        wake()
        guard !isCurrent, let thread = join.withLock({ $0.take() }) else { return }
        pthread_join(thread, nil)
    }

    /// What other threads want done on this one.
    private enum Mail: @unchecked Sendable {
        case closure(@Sendable () -> Void)
        case end(of: any FileIOJob)
    }

    /// Runs `job` on this thread, soon. Callable from any thread.
    public func post(_ job: @escaping @Sendable () -> Void) { post(.closure(job)) }

    func post(endOf job: any FileIOJob) { post(.end(of: job)) }

    private func post(_ letter: Mail) {
        inbox.withLock { $0.append(letter) }
        hasMail.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Runs `job` on this thread: at once where that is the caller's, else soon.
    public func perform(_ job: @escaping @Sendable () -> Void) {
        if isCurrent { job() } else { post(job) }
    }

    /// The one object of its type that this thread's users share, made on first use.
    public func attachment<Value: AnyObject>(_ make: () -> Value) -> Value {
        let key = ObjectIdentifier(Value.self)
        if let found = attachments[key] as? Value { return found }
        let value = make()
        attachments[key] = value
        return value
    }

    /// A loop that is awake looks into its inbox before it sleeps: only a sleeper needs the call.
    private func wake() {
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
            _ = csystem_eventfd_signal(wakeup.rawValue)
        }
    }

    private func run() {
        while !isStopping.load(ordering: .relaxed) {
            let handled = wait()
            refreshNow()
            // What was posted before a peer was told of it happens before the peer's next word.
            if handled > 0 && hasMail.load(ordering: .relaxed) { readMail() }
            if handled > 0 { dispatch(handled) }
            if hasMail.load(ordering: .relaxed) { readMail() }
            while let fire = timers.popExpired(at: now) { fire() }
            runPassHandlers()
            if !readyTasks.isEmpty {
                runReadyTasks()
                runPassHandlers()
            }
            if !isTrimming && buffers.hasIdleMemory { scheduleTrim() }
        }
        letGo()
    }

    /// Reads the clock if time has passed since.
    func refreshNow() {
        guard clock == nil else { return }
        let ticks = csystem_coarse_ticks()
        guard ticks != nowTicks else { return }
        nowTicks = ticks
        now = csystem_monotonic_nanoseconds()
    }

    func letGo() {
        registrations.removeAll()
        passHandlers.removeAll()
        pollers.removeAll()
        timers = TimerHeap()
        readMail()
    }

    func readMail() {
        hasMail.store(false, ordering: .sequentiallyConsistent)
        inbox.withLock { swap(&$0, &mail) }
        for letter in mail {
            switch letter {
            case .closure(let job): job()
            case .end(of: let job): job.fileIOEnded()
            }
        }
        mail.removeAll(keepingCapacity: true)
        runReadyTasks()
    }

    func runPassHandlers() {
        guard !passHandlers.isEmpty else { return }
        swap(&passHandlers, &runningPassHandlers)
        for handler in runningPassHandlers { handler.endOfPass() }
        runningPassHandlers.removeAll(keepingCapacity: true)
    }

    private func scheduleTrim() {
        isTrimming = true
        _ = schedule(after: Self.trimIntervalNanoseconds) { [unowned self] in
            buffers.trim()
            isTrimming = false
        }
    }

    /// Waits for events: not at all while there is work, polling for a moment after traffic, then
    /// asleep until the next timer. What shows in memory is looked for there first.
    private func wait() -> Int {
        avoidCrowd()
        if !pollers.isEmpty {
            if hasWork || pollMemory() {
                passesUntold += 1
                if passesUntold < Self.passesWithoutDescriptors { return 0 }
            } else {
                lastPassHadTraffic = false
            }
        }
        passesUntold = 0
        if hasWork { return poll(timeoutMilliseconds: 0) }
        if lastPassHadTraffic && spin.shouldSpin() {
            let deadline = csystem_monotonic_nanoseconds() + spin.windowNanoseconds
            repeat {
                let count = poll(timeoutMilliseconds: 0)
                if count > 0 || hasMail.load(ordering: .relaxed) {
                    spin.spun(found: true)
                    return count
                }
                // The peer may be on this machine, and need this processor to answer.
                csystem_yield_processor()
            } while csystem_monotonic_nanoseconds() < deadline
            spin.spun(found: false)
        }
        return sleep()
    }

    var hasWork: Bool {
        !passHandlers.isEmpty || hasMail.load(ordering: .relaxed) || !readyTasks.isEmpty
    }
    private var lastPassHadTraffic = false

    private func sleep() -> Int {
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        defer { isAsleep.store(false, ordering: .relaxed) }
        if hasMail.load(ordering: .sequentiallyConsistent)
            || isStopping.load(ordering: .sequentiallyConsistent)
        {
            return poll(timeoutMilliseconds: 0)
        }
        guard let deadline = timers.nextDeadline else { return poll(timeoutMilliseconds: -1) }
        refreshNow()
        guard deadline > now else { return poll(timeoutMilliseconds: 0) }
        let milliseconds = (deadline - now + 999_999) / 1_000_000
        return poll(timeoutMilliseconds: Int32(min(milliseconds, 1 << 30)))
    }

    private func poll(timeoutMilliseconds: Int32) -> Int {
        let count = unsafe csystem_epoll_wait(
            epoll.rawValue,
            events,
            Self.eventsPerPass,
            timeoutMilliseconds,
        )
        // Interrupted: the loop comes round again.
        lastPassHadTraffic = count > 0
        return Int(max(count, 0))
    }
}
