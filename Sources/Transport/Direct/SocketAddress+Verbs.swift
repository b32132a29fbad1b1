internal import CSystem
internal import Glibc
internal import Verbs

extension SocketAddress {
    init?(_ address: NetworkAddress) {
        let count = address.bytes.count
        guard count >= MemoryLayout<sockaddr_in>.size,
            count <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        var storage = csystem_no_address()
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: address.bytes) }
        self.init(storage: storage, byteCount: Int32(count))
    }

    var network: NetworkAddress {
        let bytes = unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe [UInt8](bytes.prefix(Int(byteCount)))
        }
        return NetworkAddress(bytes: bytes)
    }

    /// The same address with another port.
    func with(port: UInt16) -> SocketAddress {
        var copy = self
        // Both families keep the port, in network order, behind the family.
        unsafe withUnsafeMutableBytes(of: &copy.storage) { bytes in
            unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
        }
        return copy
    }

    /// The bytes of the address alone: neither port nor flow.
    var hostBytes: [UInt8] {
        unsafe withUnsafeBytes(of: storage) { bytes in
            family == AF_INET6 ? unsafe [UInt8](bytes[8..<28]) : unsafe [UInt8](bytes[4..<8])
        }
    }
}
