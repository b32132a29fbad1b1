#if os(Linux)
    import Glibc

    /// The IP addresses of this machine's interfaces.
    enum NetworkAddresses {
        private static let countMax = 1024

        static func all() -> [(interface: String, address: String)] {
            var list: UnsafeMutablePointer<ifaddrs>?
            guard unsafe getifaddrs(&list) == 0 else { return [] }
            defer { unsafe freeifaddrs(list) }
            var result: [(String, String)] = []
            var next = unsafe list
            while let entry = unsafe next, result.count < countMax {
                unsafe next = entry.pointee.ifa_next
                guard let address = unsafe entry.pointee.ifa_addr,
                    let text = unsafe text(address)
                else { continue }
                result.append((unsafe String(cString: entry.pointee.ifa_name), text))
            }
            return result
        }

        static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
            let size: Int
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: size = MemoryLayout<sockaddr_in>.size
            case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
            default: return nil
            }
            var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                address,
                socklen_t(size),
                &host,
                socklen_t(host.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            guard status == 0 else { return nil }
            return String(
                decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
        }
    }
#endif
