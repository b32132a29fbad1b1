/// Page-aligned memory for one message or a piece of a file, on loan from a `BufferPool`.
///
/// Whoever holds it last calls `recycle()`, on any thread. A buffer that is dropped instead gives
/// its memory back to the system, which is correct but slow.
///
/// One over `PinnedMemory` is nobody's loan: any number of messages share it, and to recycle it
/// does nothing.
@safe public final class IOBuffer: @unchecked Sendable {
    /// The first byte. Valid as long as this object lives.
    public let base: UnsafeMutableRawPointer
    public let capacity: Int
    /// How many bytes, from the first, mean something.
    public var count = 0
    /// How often it was given back: whoever remembers the number can tell whether the bytes are
    /// still those that it knew.
    public private(set) var loan: UInt64 = 0
    let sizeClass: BufferPool.SizeClass
    /// The lender while on loan, nil while in the pool.
    var lender: BufferPool?
    /// The next one of the pool's free buffers.
    var below: IOBuffer?
    private let accounting: BufferAccounting?
    private let memory: (any BufferMemory)?
    private let block: BufferBlock?
    private let pinned: PinnedMemory?

    init?(
        sizeClass: BufferPool.SizeClass,
        accounting: BufferAccounting,
        memory: (any BufferMemory)?
    ) {
        guard accounting.reserve(sizeClass.capacity) else { return nil }
        block = memory?.allocate(byteCount: sizeClass.capacity)
        let start = unsafe memory == nil ? sizeClass.allocate() : block?.base
        guard let start = unsafe start else {
            accounting.release(sizeClass.capacity)
            return nil
        }
        unsafe base = start
        self.memory = memory
        capacity = sizeClass.capacity
        self.sizeClass = sizeClass
        self.accounting = accounting
        pinned = nil
    }

    /// All of memory that stays as it is, under the keys of `block`, which `memory` takes back.
    public init(over pinned: PinnedMemory, block: BufferBlock, of memory: any BufferMemory) {
        unsafe base = pinned.base
        capacity = pinned.byteCount
        count = pinned.byteCount
        sizeClass = .page8M
        accounting = nil
        self.memory = memory
        self.block = block
        self.pinned = pinned
    }

    deinit {
        if let memory, let block {
            memory.free(block)
        } else {
            unsafe sizeClass.deallocate(base)
        }
        accounting?.release(capacity)
    }

    /// Whether the bytes lie in this memory, whose keys are then `localKey` and `remoteKey`.
    public func isPart(of memory: any BufferMemory) -> Bool { self.memory === memory }

    /// What a device knows the memory by; zero where none does.
    public var localKey: UInt32 { block?.localKey ?? 0 }
    /// What the peers of the device know it by; zero where they may not reach it.
    public var remoteKey: UInt32 { block?.remoteKey ?? 0 }

    /// Gives the buffer back. Its bytes are no longer the caller's.
    public func recycle() {
        guard pinned == nil else { return }
        guard let lender else { preconditionFailure("a buffer was recycled twice") }
        loan &+= 1
        lender.take(back: self)
    }

    /// Whether it is on loan from that pool.
    public func isLent(by pool: BufferPool) -> Bool { lender === pool }

    /// The meaningful bytes.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The meaningful bytes, to be changed in place.
    public func withMutableBytes<Result, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: count)
        return try body(&span)
    }

    /// Replaces the contents.
    public func assign(_ source: RawSpan) {
        precondition(source.byteCount <= capacity)
        unsafe source.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                unsafe base.copyMemory(from: start, byteCount: bytes.count)
            }
        }
        count = source.byteCount
    }
}
