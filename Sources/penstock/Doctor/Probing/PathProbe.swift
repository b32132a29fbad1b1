#if os(Linux)
    import Descriptors
    import Glibc

    /// Whether packets as large as the interface takes arrive whole at the other end.
    ///
    /// A datagram to a port where nobody listens comes back as "port unreachable" if it arrived;
    /// that takes neither rights nor a program at the other end. It may not be cut on the way.
    enum PathProbe {
        /// Of IPv4 and UDP.
        private static let headerByteCount = 28
        /// Where traceroute begins: nobody listens there.
        private static let port = "33434"
        private static let attemptsMax = 3
        private static let waitMilliseconds: Int32 = 500

        static func path(to host: String) -> ReachabilityFacts.Path? {
            guard let socket = connected(to: host), let own = localAddress(socket.rawValue),
                let interface = NetworkAddresses.all().first(where: { $0.address == own })?
                    .interface,
                let mtu = SystemText.line("/sys/class/net/\(interface)/mtu").flatMap({ Int($0) }),
                mtu > headerByteCount
            else { return nil }
            let passes = arrives(1, by: socket.rawValue)
            return ReachabilityFacts.Path(
                interface: interface,
                mtu: mtu,
                passesSmall: passes,
                passesLarge: passes && arrives(mtu - headerByteCount, by: socket.rawValue)
            )
        }

        /// A socket whose datagrams are not cut, to the first IPv4 address of a name.
        private static func connected(to host: String) -> FileDescriptor? {
            var hints = unsafe addrinfo()
            unsafe hints.ai_family = AF_INET
            unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard unsafe getaddrinfo(host, port, &hints, &list) == 0, let first = unsafe list else {
                return nil
            }
            defer { unsafe freeaddrinfo(list) }
            let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            guard number >= 0 else { return nil }
            let descriptor = FileDescriptor(owning: number)
            var whole = IP_PMTUDISC_DO
            let size = socklen_t(MemoryLayout<Int32>.size)
            guard unsafe setsockopt(number, Int32(IPPROTO_IP), IP_MTU_DISCOVER, &whole, size) == 0,
                unsafe connect(number, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0
            else { return nil }
            return descriptor
        }

        private static func localAddress(_ socket: Int32) -> String? {
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            return unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                    guard unsafe getsockname(socket, general, &size) == 0 else { return nil }
                    return unsafe NetworkAddresses.text(general)
                }
            }
        }

        private static func arrives(_ count: Int, by socket: Int32) -> Bool {
            let bytes = [UInt8](repeating: 0, count: count)
            for _ in 0..<attemptsMax {
                let sent = unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.send(socket, $0.baseAddress, $0.count, 0)
                }
                // The answer to the datagram before may be what this call reports.
                if sent < 0 { return errno == ECONNREFUSED }
                var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                guard unsafe poll(&ready, 1, waitMilliseconds) > 0 else { continue }
                var byte: UInt8 = 0
                if unsafe recv(socket, &byte, 1, Int32(MSG_DONTWAIT)) >= 0 { return true }
                return errno == ECONNREFUSED
            }
            return false
        }
    }
#else
    /// Thunderbolt has one frame size.
    enum PathProbe {
        static func path(to host: String) -> ReachabilityFacts.Path? { nil }
    }
#endif
