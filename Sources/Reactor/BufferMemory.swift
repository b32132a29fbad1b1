/// Where the memory of a pool's buffers comes from, when a device has to know it.
public protocol BufferMemory: AnyObject, Sendable {
    /// Page-aligned memory for one buffer, nil when a bound is reached. Called by the pool's
    /// thread.
    func allocate(byteCount: Int) -> BufferBlock?

    /// Takes back what `allocate` gave. Callable from any thread.
    func free(_ block: BufferBlock)
}

/// Memory of one buffer, and what a device knows it by.
@safe public struct BufferBlock: @unchecked Sendable {
    public let base: UnsafeMutableRawPointer
    public let localKey: UInt32
    public let remoteKey: UInt32
    /// The lender's own.
    public let slab: Int
    public let position: Int

    public init(
        base: UnsafeMutableRawPointer,
        localKey: UInt32,
        remoteKey: UInt32,
        slab: Int,
        position: Int
    ) {
        unsafe self.base = base
        self.localKey = localKey
        self.remoteKey = remoteKey
        self.slab = slab
        self.position = position
    }
}
