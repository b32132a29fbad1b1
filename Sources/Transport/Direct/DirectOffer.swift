internal import SMBDirect
internal import Verbs
internal import Wire

/// What a peer asks for when it connects.
struct DirectOffer: Sendable {
    private let responderResources: UInt8
    private let initiatorDepth: UInt8
    private let privateData: [UInt8]

    init(_ event: ConnectionEvent) {
        responderResources = event.responderResources
        initiatorDepth = event.initiatorDepth
        privateData = event.privateData
    }

    /// What is answered; nil when the two ends have no use for each other. Where the fabric does
    /// not carry the depths itself they are in the private data (MS-SMBD 6.1, 6.2).
    func terms(on device: Device, options: DirectOptions) -> ConnectionParameters? {
        let capabilities = device.capabilities
        let wanted = min(options.initiatorDepthMax, capabilities.initiatorDepthMax)
        let offered = min(options.responderResources, capabilities.responderResourcesMax)
        var initiate = min(wanted, Int(initiatorDepth))
        let respond = min(offered, Int(responderResources))
        var answerData: [UInt8] = []
        if device.fabric == .iwarp,
            let peer = privateData.withReadDepths,
            let own = ReadDepths(incoming: UInt32(offered), outgoing: UInt32(wanted))
                .answer(to: peer)
        {
            initiate = initiate > 0 ? min(initiate, Int(own.outgoing)) : Int(own.outgoing)
            var writer = WireWriter()
            own.encode(to: &writer)
            answerData = writer.finish()
        }
        guard initiate > 0 else { return nil }
        var parameters = ConnectionParameters(
            responderResources: UInt8(clamping: respond),
            initiatorDepth: UInt8(clamping: initiate),
        )
        parameters.retryCount = options.retryCount
        parameters.privateData = answerData
        return parameters
    }
}

extension [UInt8] {
    fileprivate var withReadDepths: ReadDepths? {
        unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            return unsafe ReadDepths(
                privateData: RawSpan(_unsafeStart: start, byteCount: bytes.count)
            )
        }
    }
}
