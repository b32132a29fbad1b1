import CAllocationCounter
import Glibc
import Testing

@testable import Reactor

@Suite("Buffer pool")
struct BufferPoolTests {
    @Test(arguments: [
        (0, 4096), (4096, 4096), (4097, 69_632), (65_536, 69_632), (69_633, 266_240),
        (1 << 20, (1 << 20) + 4096), (8 << 20, (8 << 20) + 65_536),
    ])
    func theSmallestFittingClassIsLent(wanted: Int, capacity: Int) throws {
        let pool = BufferPool()
        let buffer = try #require(pool.take(capacity: wanted))
        #expect(buffer.capacity == capacity)
        #expect(buffer.count == 0)
        #expect(unsafe UInt(bitPattern: buffer.base) % 16 == 0)
        buffer.recycle()
    }

    @Test func nothingIsLargerThanTheLargest() {
        #expect(BufferPool().take(capacity: BufferPool.largestCapacity + 1) == nil)
    }

    @Test func steadyUseAllocatesNothing() throws {
        let pool = BufferPool()
        for capacity in [100, 70_000, 8 << 20] { pool.take(capacity: capacity)?.recycle() }
        let before = allocation_count_of_this_thread()
        for _ in 0..<1000 {
            pool.take(capacity: 100)?.recycle()
            pool.take(capacity: 70_000)?.recycle()
            pool.take(capacity: 8 << 20)?.recycle()
        }
        #expect(allocation_count_of_this_thread() == before)
    }

    @Test func theBoundHoldsAndFreeMemoryMakesRoom() throws {
        let pool = BufferPool(byteCountMax: 600_000)
        let second: IOBuffer
        do {
            let first = try #require(pool.take(capacity: 250_000))
            second = try #require(pool.take(capacity: 250_000))
            #expect(pool.take(capacity: 250_000) == nil)
            #expect(pool.byteCount <= 600_000)
            first.recycle()
        }
        // Another class: the free one must go first.
        let third = try #require(pool.take(capacity: 60_000))
        let fourth = try #require(pool.take(capacity: 60_000))
        for buffer in [second, third, fourth] { buffer.recycle() }
    }

    @Test func whatNobodyNeedsIsGivenBack() throws {
        let pool = BufferPool()
        do {
            let buffers = (0..<4).compactMap { _ in pool.take(capacity: 1 << 20) }
            for buffer in buffers { buffer.recycle() }
        }
        pool.trim()
        #expect(pool.byteCount == 4 * ((1 << 20) + 4096))
        // One is in use in the interval: the other three go.
        pool.take(capacity: 1 << 20)?.recycle()
        pool.trim()
        #expect(pool.byteCount == (1 << 20) + 4096)
        pool.trim()
        #expect(pool.byteCount == 0)
        #expect(!pool.hasIdleMemory)
    }

    @Test func aDroppedBufferIsNotCountedForEver() {
        let pool = BufferPool()
        _ = pool.take(capacity: 1 << 20)
        #expect(pool.byteCount == 0)
    }

    @Test func buffersComeBackFromOtherThreads() async throws {
        try await withReactor { reactor in
            let pool = BufferPool(byteCountMax: 300_000)
            let buffer = try #require(pool.take(capacity: 250_000))
            await onThread(of: reactor) { buffer.recycle() }
            // The suspension may have changed this task's thread.
            pool.bindToCurrentThread()
            #expect(pool.take(capacity: 250_000) === buffer)
        }
    }

    @Test func aReactorGivesIdleMemoryBack() async throws {
        try await withReactor { reactor in
            // Looked at where it is taken: the memory may be gone a moment later.
            let held = await onThread(of: reactor) {
                let buffer = reactor.buffers.take(capacity: 8 << 20)
                defer { buffer?.recycle() }
                return reactor.buffers.byteCount
            }
            #expect(held > 8 << 20)
            while reactor.buffers.byteCount > 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
    }
}
