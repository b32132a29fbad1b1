internal import CSystem
internal import Glibc

/// An address and port of the internet family, version 4 or 6.
@safe public struct SocketAddress: @unchecked Sendable {
    var storage: sockaddr_storage
    var byteCount: Int32

    init(storage: sockaddr_storage, byteCount: Int32) {
        self.storage = storage
        self.byteCount = byteCount
    }

    /// A numeric address: `127.0.0.1`, `::1`, `fe80::1%eth0`. Names are resolved by
    /// `TCPConnector`.
    public init?(numeric host: String, port: UInt16) {
        guard let first = try? Self.resolve(host, port: port, numericOnly: true).first else {
            return nil
        }
        self = first
    }

    /// Every interface, both versions where the system has both.
    public static func any(port: UInt16) -> SocketAddress {
        guard let address = SocketAddress(numeric: "::", port: port) else {
            preconditionFailure("the unspecified address is not an address")
        }
        return address
    }

    public var family: Int32 { csystem_address_family(storage) }

    public var port: UInt16 {
        // Both families keep the port, in network order, behind the family.
        unsafe withUnsafeBytes(of: storage) { bytes in
            UInt16(bigEndian: unsafe bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The address alone, without its port.
    public var host: String {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = unsafe withUnsafeBytes(of: storage) { bytes in
            guard let start = bytes.baseAddress else { return EAI_FAMILY }
            return unsafe getnameinfo(
                start.assumingMemoryBound(to: sockaddr.self),
                socklen_t(byteCount),
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST,
            )
        }
        guard result == 0 else { return "?" }
        let count = text.firstIndex(of: 0) ?? text.count
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Where a socket is bound.
    static func local(of socket: Int32) -> SocketAddress? {
        var storage = csystem_no_address()
        let count = unsafe csystem_local_address(socket, &storage)
        return count > 0 ? SocketAddress(storage: storage, byteCount: count) : nil
    }

    /// Whom a socket is connected to.
    static func peer(of socket: Int32) -> SocketAddress? {
        var storage = csystem_no_address()
        let count = unsafe csystem_remote_address(socket, &storage)
        return count > 0 ? SocketAddress(storage: storage, byteCount: count) : nil
    }

    /// Whether both ends have the same address, so that packets never leave the machine.
    static func isSameHost(_ socket: Int32) -> Bool {
        guard let local = local(of: socket), let peer = peer(of: socket) else { return false }
        return local.family == peer.family && local.host == peer.host
    }

    /// Looks a name up, which may take seconds: not on a reactor's thread unless `numericOnly`.
    static func resolve(
        _ host: String,
        port: UInt16,
        numericOnly: Bool = false
    ) throws(TransportError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = numericOnly ? AI_NUMERICHOST | AI_NUMERICSERV : AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let result = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            let reason = unsafe String(cString: gai_strerror(result))
            throw .unknownHost(name: host, reason: reason)
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let count = unsafe Int(entry.pointee.ai_addrlen)
            if let address = unsafe entry.pointee.ai_addr,
                count <= MemoryLayout<sockaddr_storage>.size
            {
                var storage = csystem_no_address()
                unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                    unsafe bytes.copyMemory(
                        from: UnsafeRawBufferPointer(start: address, count: count)
                    )
                }
                addresses.append(SocketAddress(storage: storage, byteCount: Int32(count)))
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String {
        family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
