internal import CVerbs
internal import Glibc

/// An address and port as the C library lays them out (`sockaddr_in`, `sockaddr_in6`); no bytes
/// where there is no address.
public struct NetworkAddress: Hashable, Sendable {
    public var bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ address: UnsafeMutablePointer<sockaddr>?) {
        bytes = []
        guard let address = unsafe address else { return }
        let count =
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: 0
            }
        bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: address, count: count))
    }

    /// The same address, with a port of the system's choice.
    var withAnyPort: NetworkAddress {
        var copy = self
        // Both families keep it behind the family.
        guard bytes.count >= 4 else { return copy }
        copy.bytes[2] = 0
        copy.bytes[3] = 0
        return copy
    }

    func withNative(_ body: (UnsafeMutablePointer<sockaddr>) -> Int32) -> Int32 {
        var storage = sockaddr_storage()
        let size = MemoryLayout<sockaddr_storage>.size
        return unsafe withUnsafeMutableBytes(of: &storage) { place in
            guard let start = place.baseAddress else { return -1 }
            unsafe place.copyBytes(from: bytes.prefix(size))
            return unsafe body(start.assumingMemoryBound(to: sockaddr.self))
        }
    }
}
