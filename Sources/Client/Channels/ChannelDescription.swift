internal import Transport

/// A connection that a session uses, for people.
public struct ChannelDescription: Hashable, Sendable {
    /// How the data of reads and writes gets from one memory to the other.
    public enum Data: String, Hashable, Sendable {
        case inMessages = "in messages"
        case placed
        case placedSigned = "placed, signed"
        case placedEncrypted = "placed, encrypted"
    }

    public var transport: TransportKind
    /// The address and port that the connection goes to, as its transport tells it.
    public var peer: String
    /// What the server says of the interface; zero when it was not asked.
    public var bitsPerSecond: UInt64
    public var data: Data

    init(_ link: Link) {
        transport = link.endpoint.kind
        peer = link.transport.peerDescription
        bitsPerSecond = link.bitsPerSecond
        data =
            switch link.placing(for: Route()) {
            case .plain: .placed
            case .signed: .placedSigned
            case .sealed: .placedEncrypted
            case nil: .inMessages
            }
    }
}

/// What happens to the connections of a session.
public enum ChannelNews: Hashable, Sendable {
    case found(ChannelDescription)
    case lost(ChannelDescription, ClientError)
    /// There is an address that cannot be used, for now.
    case refused(Endpoint, ClientError)
}

extension Session {
    /// The connections that are there now.
    public var activeChannels: [ChannelDescription] {
        get async { await channels.perform { $0.links.map { ChannelDescription($0) } } }
    }
}
