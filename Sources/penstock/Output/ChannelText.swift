import Client

/// How the connections of a session are shown.
enum ChannelText {
    static func line(_ news: ChannelNews) -> String {
        switch news {
        case .found(let channel): "connected by \(short(channel))"
        case .lost(let channel, let error): "lost \(short(channel)): \(error)"
        }
    }

    /// "RDMA to 10.9.0.1:445, data placed".
    static func short(_ channel: ChannelDescription) -> String {
        let kind =
            switch channel.transport {
            case .tcp: "TCP"
            case .rdma: "RDMA"
            }
        return "\(kind) to \(channel.peer), data \(channel.data.rawValue)"
    }

    static func json(_ channel: ChannelDescription) -> JSONText {
        .object([
            ("transport", .string(channel.transport.rawValue)),
            ("peer", .string(channel.peer)),
            ("bitsPerSecond", .number(channel.bitsPerSecond)),
            ("data", .string(channel.data.rawValue)),
        ])
    }
}
