internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// What the ends agreed on in NEGOTIATE (MS-SMB2 3.2.5.2).
struct ServerTraits: Sendable {
    var dialect: Dialect
    var capabilities: Capabilities
    var securityMode: SecurityMode
    var serverGUID: UInt128
    var signing: SigningAlgorithm
    var cipher: CipherAlgorithm?
    /// The SMB 3.1.1 POSIX extensions, which the client must have asked for.
    var hasPOSIX = false
    /// MS-SMB2 2.2.4.1.5: what may be done to data that RDMA places, so that it is protected.
    var placedTransforms: Set<RDMATransformID> = []
    var maxTransact: Int
    var maxRead: Int
    var maxWrite: Int
    /// Negotiated preauthentication hash of the NEGOTIATE messages; meaningful in 3.1.1 alone.
    var preauthHash: PreauthHash
    var securityBuffer: [UInt8]
    /// How far the server's clock is ahead of ours, in 100-nanosecond intervals.
    var clockLead: Int64

    /// No message body of this program is larger, whatever the server allows.
    static let payloadMax = 8 << 20

    init(
        _ response: NegotiateResponse,
        to request: NegotiateRequest,
        preauthHash: PreauthHash
    ) throws(ClientError) {
        guard request.dialects.contains(response.dialect) else {
            throw ClientError.violation("the server chose a dialect that was not offered")
        }
        dialect = response.dialect
        capabilities = response.capabilities
        securityMode = response.securityMode
        serverGUID = response.serverGUID.rawValue
        self.preauthHash = preauthHash
        securityBuffer = response.securityBuffer
        clockLead = Int64(bitPattern: response.systemTime.rawValue &- Timestamp.now.rawValue)
        let sizes = [response.maxTransactSize, response.maxReadSize, response.maxWriteSize]
        // MS-SMB2 3.2.5.2: less than 64 KiB is no size that a server may name.
        guard sizes.allSatisfy({ $0 >= 65536 }) else {
            throw ClientError.violation("the server takes no message of 64 KiB")
        }
        let limit = response.capabilities.contains(.largeMTU) ? Self.payloadMax : 65536
        maxTransact = min(Int(response.maxTransactSize), limit)
        maxRead = min(Int(response.maxReadSize), limit)
        maxWrite = min(Int(response.maxWriteSize), limit)
        signing = response.dialect < .smb300 ? .hmacSHA256 : .aes128CMAC
        if dialect == .smb311 {
            try readContexts(response.contexts)
            let asked = request.contexts.contains(.posix(NegotiateContext.posixVersion))
            hasPOSIX = asked && response.contexts.contains(.posix(NegotiateContext.posixVersion))
        } else if dialect >= .smb300, capabilities.contains(.encryption) {
            cipher = .aes128CCM
        }
    }

    private mutating func readContexts(_ contexts: [NegotiateContext]) throws(ClientError) {
        var hasPreauth = false
        for context in contexts {
            switch context {
            case .preauthIntegrity(let hashes, _): hasPreauth = hashes == [.sha512]
            case .encryption(let ciphers):
                guard let chosen = ciphers.first, chosen != .none else { continue }
                cipher = CipherAlgorithm(rawValue: chosen.rawValue)
            case .signing(let algorithms):
                let first = algorithms.first
                guard let chosen = first.flatMap({ SigningAlgorithm(rawValue: $0.rawValue) })
                else { continue }
                signing = chosen
            case .rdmaTransform(let transforms): placedTransforms = Set(transforms)
            default: continue
            }
        }
        guard hasPreauth else {
            throw ClientError.violation("the server's negotiation has no integrity check")
        }
    }
}
