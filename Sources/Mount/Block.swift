internal import Glibc
internal import Synchronization

/// Memory that a request of the kernel is received into, or that an answer is made in.
@safe final class Block: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        unsafe memory = .allocate(byteCount: byteCount, alignment: 4096)
    }

    deinit { unsafe memory.deallocate() }
}

/// Blocks that are used again and again. Any thread may take and give them.
final class BlockPool: Sendable {
    /// Where the kernel has more under way for a moment, blocks are made and freed.
    private static let keptMax = MountOptions.backgroundCountMax
    /// What libfuse adds to a request for its header.
    private static let headByteCount = 1 << 16
    /// Pages of one request, at most (FUSE_MAX_MAX_PAGES).
    private static let pageCountMax = 256

    private let free = Mutex<[Block]>([])
    private let byteCount = pageCountMax * Int(getpagesize()) + headByteCount

    func take() -> Block {
        free.withLock { $0.popLast() } ?? Block(byteCount: byteCount)
    }

    func give(_ block: Block) {
        free.withLock { free in
            if free.count < Self.keptMax { free.append(block) }
        }
    }
}
