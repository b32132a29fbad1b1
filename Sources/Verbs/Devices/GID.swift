internal import Glibc

/// One of the addresses of a port: where it sends from.
public struct GID: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case infiniband
        /// Over Ethernet, within one segment.
        case roceV1
        /// Over UDP, across routers.
        case roceV2
        case other(UInt32)
    }

    /// Place in the port's table.
    public var index: Int
    public var kind: Kind
    /// Of the network device that the address belongs to; zero where there is none.
    public var interfaceIndex: UInt32
    /// Sixteen bytes in network order.
    public var bytes: [UInt8]

    /// The IP address that a RoCE address stands for, or the sixteen bytes as one.
    public var address: String {
        let isMapped =
            bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return bytes[12...].map { String($0) }.joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let result = unsafe inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
        guard unsafe result != nil else { return "?" }
        let count = text.firstIndex(of: 0) ?? text.count
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension GID.Kind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .infiniband: "InfiniBand"
        case .roceV1: "RoCE v1"
        case .roceV2: "RoCE v2"
        case .other(let number): "kind \(number)"
        }
    }
}
