internal import Glibc

/// Whether a name leads to this machine itself.
enum LocalMachine {
    /// Every address that `host` has belongs to an interface of this machine.
    static func isHere(_ host: String) -> Bool {
        let wanted = addresses(of: host)
        let own = Set(ownAddresses())
        return !wanted.isEmpty && wanted.allSatisfy { own.contains($0) || $0.hasPrefix("127.") }
    }

    private static func addresses(of host: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            if let text = unsafe text(entry.pointee.ai_addr, entry.pointee.ai_addrlen) {
                found.append(text)
            }
        }
        return found
    }

    private static func ownAddresses() -> [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var found: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr else { continue }
            let size: Int
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: size = MemoryLayout<sockaddr_in>.size
            case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
            default: continue
            }
            if let text = unsafe text(address, socklen_t(size)) { found.append(text) }
        }
        return found
    }

    private static func text(
        _ address: UnsafeMutablePointer<sockaddr>?,
        _ count: socklen_t
    ) -> String? {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = unsafe getnameinfo(
            address,
            count,
            &name,
            socklen_t(name.count),
            nil,
            0,
            NI_NUMERICHOST
        )
        guard result == 0 else { return nil }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
