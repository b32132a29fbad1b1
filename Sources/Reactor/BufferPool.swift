internal import CSystem
internal import Glibc
internal import Synchronization

/// Lends buffers of a few sizes without allocating, and returns to the system what nobody needed
/// for a while.
///
/// A pool belongs to one reactor's thread; buffers may come back on any thread.
public final class BufferPool: @unchecked Sendable {
    /// Every class has room for its round size of payload and for the headers around it.
    enum SizeClass: Int, CaseIterable {
        case small, page64K, page256K, page1M, page8M

        /// A message of the named payload size has at most this many bytes of headers in front
        /// and commands compounded behind.
        static let headroom = 4096
        static let largestHeadroom = 65536
        private static let hugePage = 2 << 20

        var capacity: Int {
            switch self {
            case .small: 4096
            case .page64K: 64 << 10 + Self.headroom
            case .page256K: 256 << 10 + Self.headroom
            case .page1M: 1 << 20 + Self.headroom
            case .page8M: 8 << 20 + Self.largestHeadroom
            }
        }

        /// The smallest class with room for `capacity` bytes.
        static func fitting(_ capacity: Int) -> SizeClass? {
            var number = 0
            while let sizeClass = SizeClass(rawValue: number) {
                if capacity <= sizeClass.capacity { return sizeClass }
                number += 1
            }
            return nil
        }

        func allocate() -> UnsafeMutableRawPointer? {
            switch self {
            case .small: return unsafe malloc(capacity)
            case .page64K, .page256K, .page1M: return unsafe csystem_map_memory(capacity, 0)
            case .page8M:
                // Aligned, so that the first 8 MiB are four huge pages.
                guard let memory = unsafe csystem_map_memory(capacity, Self.hugePage) else {
                    return nil
                }
                _ = unsafe csystem_advise_huge_pages(memory, 8 << 20)
                return unsafe memory
            }
        }

        func deallocate(_ memory: UnsafeMutableRawPointer) {
            switch self {
            case .small: unsafe Glibc.free(memory)
            default: _ = unsafe csystem_unmap_memory(memory, capacity)
            }
        }
    }

    /// The largest message that fits a buffer.
    public static let largestCapacity = SizeClass.page8M.capacity

    /// The size of the smallest buffers.
    public static let smallestCapacity = SizeClass.small.capacity

    /// What one pool may hold, lent and free together.
    public static let defaultByteCountMax = 512 << 20

    private let shelves: [BufferShelf]
    private let accounting: BufferAccounting
    private let memory: (any BufferMemory)?
    private let thread = Atomic<UInt>(0)
    private let returned = Mutex<[IOBuffer]>([])
    private let hasReturned = Atomic<Bool>(false)

    /// `memory` nil is the system's own.
    public init(
        byteCountMax: Int = BufferPool.defaultByteCountMax,
        memory: (any BufferMemory)? = nil
    ) {
        self.memory = memory
        accounting = BufferAccounting(byteCountMax: byteCountMax)
        shelves = SizeClass.allCases.map { _ in BufferShelf() }
        bindToCurrentThread()
    }

    /// Bytes lent or free in the pool.
    public var byteCount: Int { accounting.byteCount }

    /// Makes the calling thread the one that may call `take`.
    func bindToCurrentThread() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
    }

    /// A buffer for at least `capacity` bytes, empty; nil when the pool's bound is reached or the
    /// size is larger than any class.
    public func take(capacity: Int) -> IOBuffer? {
        guard let sizeClass = SizeClass.fitting(capacity) else { return nil }
        let shelf = shelves[sizeClass.rawValue]
        if shelf.count == 0 && hasReturned.load(ordering: .acquiring) { collectReturned() }
        if let buffer = shelf.pop() {
            buffer.lender = self
            buffer.count = 0
            return buffer
        }
        var buffer = IOBuffer(sizeClass: sizeClass, accounting: accounting, memory: memory)
        if buffer == nil && releaseIdle(keepingRecent: false) > 0 {
            buffer = IOBuffer(sizeClass: sizeClass, accounting: accounting, memory: memory)
        }
        buffer?.lender = self
        return buffer
    }

    func take(back buffer: IOBuffer) {
        buffer.lender = nil
        if thread.load(ordering: .relaxed) == UInt(pthread_self()) {
            shelves[buffer.sizeClass.rawValue].push(buffer)
        } else {
            returned.withLock { $0.append(buffer) }
            hasReturned.store(true, ordering: .releasing)
        }
    }

    private func collectReturned() {
        hasReturned.store(false, ordering: .relaxed)
        returned.withLock { list in
            for buffer in list { shelves[buffer.sizeClass.rawValue].push(buffer) }
            list.removeAll(keepingCapacity: true)
        }
    }

    /// Whether there is memory that `trim` could give back sooner or later.
    public var hasIdleMemory: Bool {
        hasReturned.load(ordering: .relaxed) || shelves.contains { $0.count > 0 }
    }

    /// Gives back what was not needed since the last call.
    public func trim() {
        if hasReturned.load(ordering: .acquiring) { collectReturned() }
        releaseIdle(keepingRecent: true)
    }

    @discardableResult
    private func releaseIdle(keepingRecent: Bool) -> Int {
        var released = 0
        for shelf in shelves { released += shelf.release(keepingRecent: keepingRecent) }
        return released
    }
}

/// Free buffers of one class, the most recently used on top: it is warm, and those below it are
/// the ones that can go.
private final class BufferShelf {
    private var top: IOBuffer?
    private(set) var count = 0
    /// The fewest since the last release: so many were not needed.
    private var lowWater = 0

    func push(_ buffer: IOBuffer) {
        buffer.below = top
        top = buffer
        count += 1
    }

    func pop() -> IOBuffer? {
        guard let buffer = top else { return nil }
        top = buffer.below
        buffer.below = nil
        count -= 1
        lowWater = min(lowWater, count)
        return buffer
    }

    func release(keepingRecent: Bool) -> Int {
        let kept = keepingRecent ? count - lowWater : 0
        var released = 0
        var first: IOBuffer?
        var last: IOBuffer?
        for _ in 0..<kept {
            guard let buffer = pop() else { break }
            if let last { last.below = buffer } else { first = buffer }
            last = buffer
        }
        // One by one: a long chain let go at once would be a deep recursion.
        while pop() != nil { released += 1 }
        top = first
        count = kept
        lowWater = kept
        return released
    }
}

/// Counts the bytes of a pool's buffers wherever they are, and holds the bound.
final class BufferAccounting: Sendable {
    private let byteCountMax: Int
    private let reserved = Atomic<Int>(0)

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    var byteCount: Int { reserved.load(ordering: .relaxed) }

    func reserve(_ count: Int) -> Bool {
        let sum = reserved.wrappingAdd(count, ordering: .relaxed).newValue
        if sum <= byteCountMax { return true }
        release(count)
        return false
    }

    func release(_ count: Int) { reserved.wrappingSubtract(count, ordering: .relaxed) }
}
