#if os(Linux)
    import Glibc

    /// Whether packets as large as the interface takes arrive whole at the other end. Names are
    /// left to `ping`, which tries what the first address of a name tells.
    enum PathProbe {
        /// Of ICMP and IPv4.
        private static let headerByteCount = 28

        static func path(to host: String) -> ReachabilityFacts.Path? {
            guard let address = numericAddress(host),
                let route = Tool.output("ip", ["route", "get", address]),
                let interface = RouteText.interface(in: route),
                let mtu = SystemText.line("/sys/class/net/\(interface)/mtu").flatMap({ Int($0) })
            else { return nil }
            let small = ["-n", "-c", "1", "-W", "1"]
            let large = small + ["-M", "do", "-s", "\(mtu - headerByteCount)"]
            guard let passes = ping(small + [address]) else { return nil }
            return ReachabilityFacts.Path(
                interface: interface,
                mtu: mtu,
                passesSmall: passes,
                passesLarge: passes && ping(large + [address]) == true
            )
        }

        /// Nil where there is no ping.
        private static func ping(_ arguments: [String]) -> Bool? {
            guard Tool.exists("ping") else { return nil }
            return Tool.output("ping", arguments) != nil
        }

        /// The first IPv4 address of a name.
        private static func numericAddress(_ host: String) -> String? {
            var hints = unsafe addrinfo()
            unsafe hints.ai_family = AF_INET
            var list: UnsafeMutablePointer<addrinfo>?
            guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let first = unsafe list else {
                return nil
            }
            defer { unsafe freeaddrinfo(list) }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                first.pointee.ai_addr,
                first.pointee.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            guard status == 0 else { return nil }
            return String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
        }
    }
#else
    /// Thunderbolt has one frame size.
    enum PathProbe {
        static func path(to host: String) -> ReachabilityFacts.Path? { nil }
    }
#endif
