import Testing

@testable import Reactor

@Suite("Timers")
struct TimerHeapTests {
    @Test func theyFireInTheOrderOfTheirDeadlines() {
        var heap = TimerHeap()
        var fired: [UInt64] = []
        // A full cycle of a multiplicative generator: every deadline once, in no order.
        var deadline: UInt64 = 1
        for _ in 0..<100 {
            deadline = deadline * 2 % 101
            let own = deadline
            _ = heap.insert(deadline: own) { fired.append(own) }
        }
        while let fire = heap.popExpired(at: 50) { fire() }
        #expect(fired == Array(1...50))
        #expect(heap.nextDeadline == 51)
        while let fire = heap.popExpired(at: .max) { fire() }
        #expect(fired == Array(1...100))
        #expect(heap.nextDeadline == nil)
    }

    @Test(arguments: 0..<20)
    func aCancelledOneDoesNotFireAndTheOthersDo(position: Int) {
        var heap = TimerHeap()
        var fired: [Int] = []
        let ids = (0..<20).map { number in
            heap.insert(deadline: UInt64(number * 7 % 20)) { fired.append(number * 7 % 20) }
        }
        let wasWaiting = heap.cancel(ids[position])
        let wasWaitingAgain = heap.cancel(ids[position])
        #expect(wasWaiting && !wasWaitingAgain)
        while let fire = heap.popExpired(at: .max) { fire() }
        #expect(fired == (0..<20).filter { $0 != position * 7 % 20 })
    }

    @Test func aStaleNameDoesNotCancelItsSuccessor() {
        var heap = TimerHeap()
        let old = heap.insert(deadline: 1) {}
        _ = heap.popExpired(at: 1)
        _ = heap.insert(deadline: 2) {}
        let cancelled = heap.cancel(old)
        #expect(!cancelled)
        #expect(heap.count == 1)
    }
}

@Suite("Spinning")
struct SpinPolicyTests {
    @Test func oneProcessorNeverSpins() {
        var policy = SpinPolicy(windowNanoseconds: 30_000, processorCount: 1)
        let spins = policy.shouldSpin()
        #expect(!spins)
    }

    @Test func badLuckStopsItAndLuckBringsItBack() {
        var policy = SpinPolicy(windowNanoseconds: 30_000, processorCount: 2)
        var spins = 0
        while policy.shouldSpin() && spins < 100 {
            policy.spun(found: false)
            spins += 1
        }
        #expect(spins == 8)
        let chances = (0..<320).filter { _ in policy.shouldSpin() }.count
        #expect(chances == 10)
        policy.spun(found: true)
        let spinsAgain = policy.shouldSpin()
        #expect(spinsAgain)
    }
}

@Suite("Ring buffer")
struct RingBufferTests {
    @Test func itKeepsTheOrderWhileItGrowsAndWraps() {
        var ring = RingBuffer<Int>()
        var next = 0
        var expected = 0
        for round in 1...40 {
            for _ in 0..<round {
                ring.append(next)
                next += 1
            }
            #expect(ring[ring.count - 1] == next - 1)
            for _ in 0..<round - 1 {
                let first = ring.popFirst()
                #expect(first == expected)
                expected += 1
            }
        }
        #expect(ring.count == 40)
        while let value = ring.popFirst() {
            #expect(value == expected)
            expected += 1
        }
        #expect(expected == next && ring.isEmpty)
    }
}
