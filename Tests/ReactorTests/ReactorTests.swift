import CSystem
import Descriptors
import Glibc
import Synchronization
import Testing

@testable import Reactor

/// Runs `body` on a reactor's thread and gives its result.
func onThread<Value: Sendable>(
    of reactor: Reactor,
    _ body: @escaping @Sendable () -> Value
) async -> Value {
    await withCheckedContinuation { continuation in
        reactor.post { continuation.resume(returning: body()) }
    }
}

/// Starts a reactor for one test.
func withReactor(
    spinNanoseconds: UInt64? = nil,
    bufferByteCountMax: Int = BufferPool.defaultByteCountMax,
    _ body: (Reactor) async throws -> Void
) async throws {
    let reactor = try Reactor(
        name: "test",
        bufferByteCountMax: bufferByteCountMax,
        spinNanoseconds: spinNanoseconds,
    )
    reactor.start()
    defer { reactor.stop() }
    try await body(reactor)
}

@Suite("Reactor")
struct ReactorTests {
    @Test(arguments: [0, 30_000] as [UInt64])
    func postedJobsRunInOrderOnItsThread(spinNanoseconds: UInt64) async throws {
        try await withReactor(spinNanoseconds: spinNanoseconds) { reactor in
            let seen = Mutex<[Int]>([])
            #expect(!reactor.isCurrent)
            for number in 0..<1000 {
                reactor.post {
                    precondition(reactor.isCurrent)
                    seen.withLock { $0.append(number) }
                }
                // Some posts meet a loop that is awake, some one that sleeps.
                if number % 100 == 0 { try await Task.sleep(for: .milliseconds(2)) }
            }
            await onThread(of: reactor) {}
            #expect(seen.withLock { $0 } == Array(0..<1000))
        }
    }

    @Test func manyThreadsPostAtOnce() async throws {
        try await withReactor { reactor in
            let sum = Sum()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<500 { reactor.post { sum.add() } }
                    }
                }
            }
            await onThread(of: reactor) {}
            #expect(sum.value == 4000)
        }
    }

    @Test func aTimerWakesASleepingLoopAndACancelledOneDoesNotFire() async throws {
        try await withReactor { reactor in
            let cancelledFired = Atomic<Bool>(false)
            let elapsed: UInt64 = await withCheckedContinuation { continuation in
                reactor.post {
                    let start = csystem_monotonic_nanoseconds()
                    let early = reactor.schedule(after: 5_000_000) {
                        cancelledFired.store(true, ordering: .relaxed)
                    }
                    _ = reactor.schedule(after: 20_000_000) {
                        let end = csystem_monotonic_nanoseconds()
                        continuation.resume(returning: end - start)
                    }
                    reactor.cancel(early)
                }
            }
            #expect(elapsed >= 20_000_000)
            let fired = cancelledFired.load(ordering: .relaxed)
            #expect(!fired)
        }
    }

    @Test func readinessIsDeliveredUntilUnregistered() async throws {
        try await withReactor { reactor in
            let source = FileDescriptor(owning: try Errno.check(csystem_eventfd()))
            let number = source.rawValue
            let counter = CountingHandler(number)
            let id = await onThread(of: reactor) {
                try? reactor.register(descriptor: number, events: .readable, handler: counter)
            }
            #expect(csystem_eventfd_signal(number) == 0)
            while counter.count.load(ordering: .relaxed) < 1 { await Task.yield() }
            await onThread(of: reactor) {
                if let id { reactor.unregister(id) }
            }
            #expect(csystem_eventfd_signal(number) == 0)
            // It would be told of with the next pass, or the one after.
            for _ in 0..<3 { await onThread(of: reactor) {} }
            #expect(counter.count.load(ordering: .relaxed) == 1)
        }
    }

    @Test func anIdleLoopUsesNoProcessor() async throws {
        try await withReactor { reactor in
            await onThread(of: reactor) {}
            // What a host takes from a virtual machine counts as used: the least of several.
            var least = Int.max
            for _ in 0..<20 where least >= 3_000_000 {
                let before = await onThread(of: reactor) { threadNanoseconds() }
                try await Task.sleep(for: .milliseconds(300))
                let after = await onThread(of: reactor) { threadNanoseconds() }
                least = min(least, after - before)
            }
            #expect(least < 3_000_000)
        }
    }

    @Test func jobsOfTheFilePoolCompleteOnTheReactor() async throws {
        try await withReactor { reactor in
            let pool = FileIOPool(threadCount: 2)
            let results = Mutex<[Int]>([])
            for number in 0..<100 {
                let accepted = pool.submit(for: reactor) {
                    number * 2
                } completion: { value in
                    precondition(reactor.isCurrent)
                    results.withLock { $0.append(value) }
                }
                #expect(accepted)
            }
            pool.stop()
            await onThread(of: reactor) {}
            #expect(results.withLock { $0.sorted() } == (0..<100).map { $0 * 2 })
            #expect(
                !pool.submit(for: reactor) {
                    0
                } completion: { _ in
                }
            )
        }
    }

    @Test func aFullFilePoolRefuses() async throws {
        try await withReactor { reactor in
            let pool = FileIOPool(threadCount: 1, queueCountMax: 2)
            let gate = Atomic<Bool>(false)
            let started = Atomic<Bool>(false)
            #expect(
                pool.submit(for: reactor) {
                    started.store(true, ordering: .relaxed)
                    while !gate.load(ordering: .relaxed) { usleep(100) }
                } completion: {
                }
            )
            while !started.load(ordering: .relaxed) { await Task.yield() }
            #expect(
                pool.submit(for: reactor) {
                } completion: {
                }
            )
            #expect(
                pool.submit(for: reactor) {
                } completion: {
                }
            )
            #expect(
                !pool.submit(for: reactor) {
                } completion: {
                }
            )
            gate.store(true, ordering: .relaxed)
            pool.stop()
        }
    }
}

private final class Sum: Sendable {
    private let sum = Atomic<Int>(0)

    var value: Int { sum.load(ordering: .relaxed) }
    func add() { sum.wrappingAdd(1, ordering: .relaxed) }
}

private final class CountingHandler: ReadinessHandler, Sendable {
    let count = Atomic<Int>(0)
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func ready(_ events: ReadinessSet) {
        _ = csystem_eventfd_drain(descriptor)
        count.wrappingAdd(1, ordering: .relaxed)
    }
}

/// Processor time of the calling thread.
private func threadNanoseconds() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
