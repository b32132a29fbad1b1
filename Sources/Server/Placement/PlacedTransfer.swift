import FileStore
import Reactor
import SMBDirect

/// A READ or WRITE whose data goes by RDMA, from its checks to its answer: what a request keeps in
/// its slot while it waits for memory, for the client's bytes, or for a disk.
struct PlacedTransfer {
    enum Direction {
        /// READ: from the file into the client's memory.
        case placing(minimumCount: Int)
        /// WRITE: from the client's memory into the file.
        case fetching(writesThrough: Bool)
    }

    var direction: Direction
    var placement: RemotePlacement
    var open: Open
    var file: any StoreFile
    /// Of the file.
    var offset: UInt64
    /// Bytes to move.
    var count: Int
    /// Memory that the device knows, once the connection has lent it.
    var buffer: IOBuffer?
}

/// What an answer has placed before the client sees it.
struct PlacedPayload {
    var buffer: IOBuffer
    /// In the buffer.
    var offset = 0
    var count: Int
    var destination: RemoteMemory
    /// What the connection's queue counts for the buffer.
    var heldByteCount: Int
}
