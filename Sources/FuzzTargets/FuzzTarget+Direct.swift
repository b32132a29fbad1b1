import SMBDirect
import Wire

extension DirectNegotiateRequest: WireValue {}
extension DirectNegotiateResponse: WireValue {}
extension BufferDescriptor: WireValue {}

extension FuzzTarget {
    /// One end of SMB Direct: a byte that says which end and how many credits, then messages, each
    /// behind its length in two bytes.
    static let direct = FuzzTarget(name: "direct") { bytes in
        guard let first = bytes.first else { return }
        var end = DirectEnd(
            role: first & 1 == 0 ? .acceptor : .initiator,
            credits: DirectLimits.creditsMin + Int(first >> 4)
        )
        for message in pieces(of: bytes.dropFirst(), countMax: 64) {
            guard end.receive(message) else { return }
        }
    }

    /// The values of MS-SMBD 2.2, and the slices of an RDMA transfer.
    static let directValues = FuzzTarget(
        name: "direct-values",
        codecs: [
            Codec(DirectNegotiateRequest.self),
            Codec(DirectNegotiateResponse.self),
            Codec(BufferDescriptor.self),
            Codec(reading: { reader throws(WireError) in
                try DataTransferHeader(from: &reader)
            }),
            Codec(reading: { reader throws(WireError) in
                let rest = try reader.readSpan(count: reader.remaining)
                if let depths = ReadDepths(privateData: rest) {
                    precondition(depths.incoming <= ReadDepths.depthMax)
                    precondition(depths.outgoing <= ReadDepths.depthMax)
                }
            }),
            Codec(reading: { reader throws(WireError) in
                let offset: UInt16 = try reader.read()
                let count: UInt16 = try reader.read()
                let memory = try RemoteMemory(from: &reader, count: reader.remaining)
                if let memory { cover(memory, offset: Int(offset), count: Int(count)) }
            }),
        ]
    )

    /// Every slice lies in the local range and in its descriptor, and none is missing.
    private static func cover(_ memory: RemoteMemory, offset: Int, count: Int) {
        guard
            let slices = try? PlacementSlices(
                of: memory,
                offset: offset,
                count: count,
                sliceCountMax: 1024
            )
        else { return }
        var covered = 0
        for slice in slices {
            precondition(slice.localOffset == covered && slice.count > 0 && slice.count <= 1024)
            let isInside = (0..<memory.descriptorCount).contains { index in
                let piece = memory[index]
                return piece.token == slice.token && slice.remoteOffset >= piece.offset
                    && slice.remoteOffset - piece.offset <= UInt64(piece.length)
                    && UInt64(slice.count) <= UInt64(piece.length)
                        - (slice.remoteOffset - piece.offset)
            }
            precondition(isInside, "\(slice) lies outside \(memory)")
            covered += slice.count
        }
        precondition(covered == count)
    }
}

/// A machine with a driver that has a message to send whenever it can.
private struct DirectEnd {
    var machine: DirectMachine
    /// Bytes of the upper-layer message under way that have arrived.
    var arrived = 0
    var time: UInt64 = 0

    init(role: DirectMachine.Role, credits: Int) {
        machine = DirectMachine(role: role, limits: DirectLimits(credits: credits), now: 0)
        machine.postedReceives(credits + 1)
        if role == .initiator { _ = machine.negotiateRequest() }
    }

    /// False when the connection is over.
    mutating func receive(_ message: [UInt8]) -> Bool {
        let arrival = try? withReader(over: message) { reader throws(SMBDirectError) in
            guard let span = try? reader.bytes(at: 0, count: reader.count) else {
                throw SMBDirectError.truncated(byteCount: 0)
            }
            return try machine.receive(span)
        }
        guard let arrival else { return false }
        switch arrival {
        case .accepted, .established, .control: break
        case .refused: return false
        case .fragment(let fragment):
            precondition(fragment.count > 0 && fragment.offset == arrived)
            precondition(fragment.source + fragment.count <= message.count)
            precondition(fragment.offset + fragment.count <= fragment.messageCount)
            precondition(fragment.messageCount <= machine.limits.fragmentedSize)
            arrived = fragment.isLast ? 0 : arrived + fragment.count
        }
        machine.postedReceives(1)
        send()
        time += 1_000_000_000
        return (try? machine.tick(now: time)) != nil
    }

    private mutating func send() {
        if machine.phase == .established, !machine.isSending {
            try? machine.begin(messageCount: 3000, invalidating: 7)
        }
        while let segment = machine.nextSegment() {
            precondition(segment.header.byteCount + segment.count <= machine.sendSize)
            precondition(machine.sendCredits > 0 || segment.header.creditsGranted > 0)
        }
        precondition(machine.sendCredits >= 0)
        precondition(machine.grantedCredits >= 0 && machine.grantedCredits <= machine.posted)
    }
}
