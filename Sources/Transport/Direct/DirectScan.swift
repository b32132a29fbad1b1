internal import CSystem
internal import Glibc
internal import Verbs

/// Finds the addresses that a listener can listen at. Asks the kernel: not on a reactor's thread.
enum DirectScan {
    struct Entry: Hashable, Sendable {
        var device: DeviceList.Identity
        var fabric: Fabric
        var interface: String
        var interfaceIndex: UInt32
        var address: SocketAddress
        var bitsPerSecond: UInt64
    }

    /// One for each address of each network device behind a device's port.
    static func addresses() -> [Entry] {
        let ports = DeviceList.ports()
        guard !ports.isEmpty else { return [] }
        let interfaces = InterfaceAddress.all()
        var entries: [Entry] = []
        for port in ports where port.fabric != .other {
            for interface in interfaces where interface.index == port.interfaceIndex {
                entries.append(
                    Entry(
                        device: port.device,
                        fabric: port.fabric,
                        interface: interface.name,
                        interfaceIndex: interface.index,
                        address: interface.address,
                        bitsPerSecond: port.bitsPerSecond,
                    )
                )
            }
        }
        return entries
    }
}

/// An address of a network device that is up.
struct InterfaceAddress {
    var name: String
    var index: UInt32
    var address: SocketAddress

    static func all() -> [InterfaceAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var found: [InterfaceAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr,
                unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0,
                let own = unsafe SocketAddress(copying: address)
            else { continue }
            let index = unsafe if_nametoindex(entry.pointee.ifa_name)
            let name = unsafe String(cString: entry.pointee.ifa_name)
            found.append(InterfaceAddress(name: name, index: index, address: own))
        }
        return found
    }
}

extension SocketAddress {
    /// Nil for other families than the internet's.
    fileprivate init?(copying address: UnsafeRawPointer) {
        let count: Int
        // The family is what every address begins with.
        switch unsafe Int32(address.load(as: sa_family_t.self)) {
        case AF_INET: count = MemoryLayout<sockaddr_in>.size
        case AF_INET6: count = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var storage = csystem_no_address()
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: count))
        }
        self.init(storage: storage, byteCount: Int32(count))
    }
}

extension SocketAddress: Hashable {
    public static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        left.family == right.family && left.port == right.port
            && left.hostBytes == right.hostBytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(family)
        hasher.combine(hostBytes)
    }
}
