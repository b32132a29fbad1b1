import Glibc
import SMBMessages

/// The machine's addresses, for FSCTL_QUERY_NETWORK_INTERFACE_INFO (MS-SMB2 3.3.5.15.11).
enum InterfaceList {
    /// Of interfaces that do not say how fast they are.
    private static let defaultBitsPerSecond: UInt64 = 1_000_000_000
    private static let addressCountMax = 256

    /// Every address of every interface that is up; loopback only when there is nothing else.
    /// Those of `rdma`, by index with the speed of the device behind it, are RDMA-capable.
    static func current(rdma: [UInt32: UInt64]) -> [NetworkInterface] {
        let all = read()
        let outward = all.filter { !$0.isLoopback }
        return (outward.isEmpty ? all : outward).map { entry in
            var interface = entry.interface
            if let speed = rdma[interface.index] {
                interface.capabilities.insert(.rdma)
                interface.bitsPerSecond = max(entry.ownSpeed ?? 0, speed)
            }
            return interface
        }
    }

    private struct Entry {
        var interface: NetworkInterface
        var isLoopback: Bool
        /// As the system knows it; it does not of devices made of software.
        var ownSpeed: UInt64?
    }

    private static func read() -> [Entry] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var result: [Entry] = []
        var next = unsafe list
        while let entry = unsafe next, result.count < addressCountMax {
            unsafe next = entry.pointee.ifa_next
            let flags = unsafe entry.pointee.ifa_flags
            guard flags & UInt32(IFF_UP) != 0,
                let address = unsafe entry.pointee.ifa_addr,
                let wire = unsafe wireAddress(address)
            else { continue }
            let name = unsafe String(cString: entry.pointee.ifa_name)
            let speed = speed(of: name)
            let interface = unsafe NetworkInterface(
                index: if_nametoindex(entry.pointee.ifa_name),
                capabilities: hasSeveralQueues(name) ? .rss : [],
                bitsPerSecond: speed ?? defaultBitsPerSecond,
                address: wire
            )
            let isLoopback = flags & UInt32(IFF_LOOPBACK) != 0
            result.append(Entry(interface: interface, isLoopback: isLoopback, ownSpeed: speed))
        }
        return result
    }

    private static func wireAddress(
        _ address: UnsafeMutablePointer<sockaddr>
    ) -> NetworkInterface.Address? {
        let bytes = UnsafeRawPointer(address)
        // Both families begin with the family and the port.
        switch unsafe Int32(bytes.load(as: sa_family_t.self)) {
        case AF_INET:
            return unsafe .ipv4(UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6:
            let wire = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt128.self)
            // Link-local addresses mean nothing to a client elsewhere.
            guard UInt16(truncatingIfNeeded: wire) & 0xC0FF != 0x80FE else { return nil }
            return .ipv6(wire.byteSwapped, scope: 0)
        default:
            return nil
        }
    }

    /// Several receive queues are served by several processors: worth several connections.
    private static func hasSeveralQueues(_ name: String) -> Bool {
        unsafe access("/sys/class/net/\(name)/queues/rx-1", F_OK) == 0
    }

    /// `/sys/class/net/NAME/speed`, in megabits.
    private static func speed(of name: String) -> UInt64? {
        let descriptor = unsafe open("/sys/class/net/\(name)/speed", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        let digits = bytes.prefix(max(0, count)).prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard let text = String(validating: digits, as: UTF8.self), let megabits = UInt64(text),
            (1...10_000_000).contains(megabits)
        else { return nil }
        return megabits * 1_000_000
    }
}
