import Wire

/// The server's end of one opened pipe: takes what is written to it and makes what is read from it.
///
/// Bytes may come in any pieces; messages go out as whole fragments. Authentication is the SMB
/// session's, so binds that bring their own are refused.
public struct RPCAssociation: Sendable {
    /// The arguments of one call at most, over all of its fragments.
    public static let argumentSizeMax = 65_536

    private let endpoint: any RPCEndpoint
    private var received: [UInt8] = []
    private var contexts: Set<UInt16> = []
    private var arguments: [UInt8] = []
    private var openCall: UInt32?
    private var fragmentSizeMax = RPCHeader.fragmentSizeMax
    /// The peer broke the protocol; everything after is ignored.
    public private(set) var isBroken = false

    public init(endpoint: any RPCEndpoint) { self.endpoint = endpoint }

    /// Takes bytes that the client wrote; returns the fragments that answer them, in order.
    public mutating func receive(_ bytes: [UInt8]) -> [[UInt8]] {
        guard !isBroken else { return [] }
        received.append(contentsOf: bytes)
        var answers: [[UInt8]] = []
        while !isBroken, let fragment = takeFragment() {
            answers.append(contentsOf: process(fragment))
        }
        return answers
    }

    /// The next whole fragment, if it is there.
    private mutating func takeFragment() -> [UInt8]? {
        guard received.count >= RPCHeader.size else { return nil }
        let header = try? withReader(over: received) { reader throws(WireError) in
            try RPCHeader(from: &reader)
        }
        guard let header else {
            isBroken = true
            return nil
        }
        let length = Int(header.fragmentLength)
        guard length <= received.count else { return nil }
        let fragment = Array(received[..<length])
        received.removeFirst(length)
        return fragment
    }

    private mutating func process(_ fragment: [UInt8]) -> [[UInt8]] {
        do {
            return try withReader(over: fragment) { reader throws(WireError) in
                let header = try RPCHeader(from: &reader)
                guard header.authenticationLength == 0 else {
                    isBroken = true
                    return header.kind == .bind ? [Self.nak(header.callID)] : []
                }
                switch header.kind {
                case .bind, .alterContext:
                    return [bind(try RPCBind(from: &reader), header)]
                case .request:
                    return try request(header, &reader)
                case .cancel, .orphaned:
                    return []
                default:
                    isBroken = true
                    return []
                }
            }
        } catch {
            isBroken = true
            return []
        }
    }

    /// C706 12.6.4.5; the reason is "authentication type not recognized" (MS-RPCE 2.2.2.5).
    private static func nak(_ callID: UInt32) -> [UInt8] {
        RPCHeader(kind: .bindNak, callID: callID).fragment { writer in
            writer.write(UInt16(8))
            writer.write(UInt8(1))
            writer.write(UInt8(5))
            writer.write(UInt8(0))
        }
    }

    private mutating func bind(_ bind: RPCBind, _ header: RPCHeader) -> [UInt8] {
        let isFirst = header.kind == .bind
        if isFirst {
            let smallest = 1024
            fragmentSizeMax = max(
                smallest,
                min(Int(bind.receiveFragmentMax), RPCHeader.fragmentSizeMax)
            )
        }
        let results = bind.contexts.map { context in
            let result = judge(context)
            if result.result == RPCBindAck.Result.acceptance {
                contexts.insert(context.identifier)
            }
            return result
        }
        let answer = RPCBindAck(
            transmitFragmentMax: UInt16(fragmentSizeMax),
            receiveFragmentMax: UInt16(RPCHeader.fragmentSizeMax),
            associationGroup: bind.associationGroup == 0 ? 0x0001_0001 : bind.associationGroup,
            secondaryAddress: isFirst ? "\\PIPE\\\(endpoint.pipeName)" : "",
            results: results
        )
        let kind: RPCHeader.Kind = isFirst ? .bindAck : .alterContextResponse
        return RPCHeader(kind: kind, callID: header.callID).fragment { answer.encode(to: &$0) }
    }

    /// Windows offers NDR, NDR64 and bind-time features as three contexts: the first is taken, the
    /// second rejected, the third granted no features (MS-RPCE 3.3.1.5.3).
    private func judge(_ context: RPCBind.Context) -> RPCBindAck.Result {
        let rejection = RPCBindAck.Result.providerRejection
        if context.transferSyntaxes.contains(where: \.isFeatureNegotiation) {
            return RPCBindAck.Result(result: RPCBindAck.Result.negotiateAck)
        }
        guard context.interface.identifier == endpoint.interface.identifier,
            context.interface.majorVersion == endpoint.interface.majorVersion
        else {
            return RPCBindAck.Result(
                result: rejection,
                reason: RPCBindAck.Result.abstractSyntaxNotSupported
            )
        }
        guard context.transferSyntaxes.contains(.ndr32) else {
            return RPCBindAck.Result(
                result: rejection,
                reason: RPCBindAck.Result.transferSyntaxesNotSupported
            )
        }
        return RPCBindAck.Result(
            result: RPCBindAck.Result.acceptance,
            transferSyntax: .ndr32
        )
    }

    @_lifetime(reader: copy reader)
    private mutating func request(
        _ header: RPCHeader,
        _ reader: inout WireReader
    ) throws(WireError) -> [[UInt8]] {
        try reader.skip(4)
        let contextID = try reader.read(UInt16.self)
        let operation = try reader.read(UInt16.self)
        if header.flags.contains(.objectIdentifier) { try reader.skip(16) }
        func fault(_ status: RPCFault) -> [[UInt8]] {
            [RPCCall.fault(callID: header.callID, contextID: contextID, status: status)]
        }
        if header.flags.contains(.firstFragment) {
            guard openCall == nil else { return fault(.protocol) }
            openCall = header.callID
            arguments = []
        }
        guard openCall == header.callID else { return fault(.protocol) }
        guard arguments.count + reader.remaining <= Self.argumentSizeMax else {
            openCall = nil
            arguments = []
            return fault(.noMemory)
        }
        arguments.append(contentsOf: try reader.readBytes(count: reader.remaining))
        guard header.flags.contains(.lastFragment) else { return [] }
        openCall = nil
        let whole = arguments
        arguments = []
        guard contexts.contains(contextID) else { return fault(.unknownInterface) }
        do {
            return RPCCall.response(
                callID: header.callID,
                contextID: contextID,
                results: try endpoint.call(operation: operation, arguments: whole),
                fragmentSizeMax: fragmentSizeMax
            )
        } catch {
            return fault(error)
        }
    }
}
