/// A piece of registered memory of this process.
public struct MemoryPiece: Hashable, Sendable {
    public var address: UInt64
    public var count: Int
    public var key: UInt32

    public init(_ start: UnsafeMutableRawPointer, count: Int, key: UInt32) {
        address = UInt64(UInt(bitPattern: start))
        self.count = count
        self.key = key
    }
}
