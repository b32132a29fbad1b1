import Client

/// How the connections of a session are shown.
enum ChannelText {
    static func line(_ news: ChannelNews) -> String {
        switch news {
        case .found(let channel): "connected by \(short(channel))"
        case .lost(let channel, let error): "lost \(short(channel)): \(error)"
        case .refused(let endpoint, let error):
            "no \(name(endpoint.kind)) to \(endpoint.host) for now: \(error)"
        }
    }

    /// "RDMA to 10.9.0.1:445, data placed".
    static func short(_ channel: ChannelDescription) -> String {
        "\(name(channel.transport)) to \(channel.peer), data \(channel.data.rawValue)"
    }

    private static func name(_ kind: TransportKind) -> String {
        switch kind {
        case .tcp: "TCP"
        case .rdma: "RDMA"
        }
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
