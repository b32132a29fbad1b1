import SMBDirect
import Wire

extension DirectMachine {
    mutating func receive(
        bytes: [UInt8],
        invalidatedToken: UInt32? = nil
    ) throws(SMBDirectError) -> DirectArrival {
        let span = unsafe bytes.span.bytes
        return try receive(span, invalidatedToken: invalidatedToken)
    }

    /// The next segment, which must be there.
    mutating func requiredSegment() throws -> DirectSegment {
        guard let segment = nextSegment() else { throw NoSegment() }
        return segment
    }

    struct NoSegment: Error {}
}

func encoded(_ write: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter()
    write(&writer)
    return writer.finish()
}

/// A message as it goes over the wire.
func encoded(_ header: DataTransferHeader, payload: [UInt8] = []) -> [UInt8] {
    let count = max(header.byteCount, DataTransferHeader.encodedSize)
    var bytes = [UInt8](repeating: 0xEE, count: count)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    header.store(into: &raw)
    return bytes + payload
}

/// The message that a segment is, with zeros for its piece.
func encoded(_ segment: DirectSegment) -> [UInt8] {
    encoded(segment.header, payload: [UInt8](repeating: 0, count: segment.count))
}

/// Two ends that have negotiated.
struct Ends {
    var initiator: DirectMachine
    var acceptor: DirectMachine

    init(
        initiatorLimits: DirectLimits = DirectLimits(credits: 10),
        acceptorLimits: DirectLimits = DirectLimits(credits: 10),
        timing: DirectTiming = DirectTiming()
    ) throws {
        initiator = DirectMachine(
            role: .initiator,
            limits: initiatorLimits,
            timing: timing,
            now: 0
        )
        acceptor = DirectMachine(role: .acceptor, limits: acceptorLimits, timing: timing, now: 0)
        initiator.postedReceives(initiatorLimits.credits + 1)
        acceptor.postedReceives(acceptorLimits.credits + 1)
        let request = initiator.negotiateRequest()
        guard
            case .accepted(let response) = try acceptor.receive(
                bytes: encoded { request.encode(to: &$0) }
            )
        else { throw SMBDirectError.unexpectedMessage }
        acceptor.postedReceives(1)
        _ = try initiator.receive(bytes: encoded { response.encode(to: &$0) })
        initiator.postedReceives(1)
    }

    /// Lets the initiator grant, as it does before anything else.
    mutating func exchangeFirstCredits() throws {
        guard let segment = initiator.nextSegment() else { throw SMBDirectError.unexpectedMessage }
        _ = try acceptor.receive(bytes: encoded(segment))
        acceptor.postedReceives(1)
    }
}
