import SMBMessages
import SMBState
import Testing
import Wire

private let salt: [UInt8] = [1, 2, 3]

private func request(
    _ dialects: [Dialect],
    _ contexts: [NegotiateContext] = [],
    mode: SecurityMode = .signingEnabled,
    capabilities: Capabilities = [.encryption, .multiChannel]
) -> NegotiateRequest {
    NegotiateRequest(
        dialects: dialects,
        securityMode: mode,
        capabilities: capabilities,
        clientGUID: GUID(rawValue: 7),
        contexts: contexts
    )
}

private let preauth = NegotiateContext.preauthIntegrity(hashes: [.sha512], salt: [9])

@Suite struct NegotiationMachineTests {
    var machine = NegotiationMachine(policy: NegotiationPolicy())

    private mutating func settle(
        _ message: NegotiateRequest
    ) -> (Negotiated, [NegotiateContext])? {
        if case .respond(let result, let contexts) = machine.receive(message, salt: salt) {
            return (result, contexts)
        }
        return nil
    }

    @Test(
        arguments: [
            ([.smb202, .smb210], .smb210), ([.smb210, .smb300, .smb302], .smb302),
            ([.smb300], .smb300),
        ] as [([Dialect], Dialect)]
    )
    mutating func choosesTheGreatestDialect(offered: [Dialect], chosen: Dialect) throws {
        let (result, contexts) = try #require(settle(request(offered)))
        #expect(result.dialect == chosen)
        #expect(contexts == [])
        #expect(machine.isNegotiated)
    }

    @Test mutating func refusesWhatItCannotSpeak() {
        #expect(machine.receive(request([.smb202]), salt: salt) == .fail(.notSupported))
        #expect(machine.receive(request([]), salt: salt) == .fail(.invalidParameter))
        let signed = machine.receive(request([.smb210]), isSigned: true, salt: salt)
        #expect(signed == .fail(.invalidParameter))
        #expect(!machine.isNegotiated)
    }

    @Test mutating func secondNegotiateDrops() throws {
        _ = try #require(settle(request([.smb210])))
        #expect(machine.receive(request([.smb210]), salt: salt) == .drop)
        let greeting = MultiProtocolNegotiate(dialectNames: [MultiProtocolNegotiate.wildcardName])
        #expect(machine.receive(greeting) == .drop)
    }

    @Test mutating func greetingLeadsToSMB2() throws {
        let greeting = MultiProtocolNegotiate(
            dialectNames: ["NT LM 0.12", "SMB 2.002", MultiProtocolNegotiate.wildcardName]
        )
        #expect(
            machine.receive(greeting) == .respondWithWildcard([.largeMTU], .signingEnabled)
        )
        #expect(machine.receive(greeting) == .drop)
        #expect(try #require(settle(request([.smb302]))).0.dialect == .smb302)
    }

    @Test mutating func oldGreetingDrops() {
        let greeting = MultiProtocolNegotiate(dialectNames: ["NT LM 0.12", "SMB 2.002"])
        #expect(machine.receive(greeting) == .drop)
    }

    @Test mutating func choosesAlgorithmsByItsOwnOrder() throws {
        let (result, contexts) = try #require(
            settle(
                request(
                    [.smb311],
                    [
                        preauth, .encryption([.aes256CCM, .aes256GCM, .aes128GCM]),
                        .netName("server"), .signing([.hmacSHA256, .aesCMAC, .aesGMAC]),
                        .posix(NegotiateContext.posixVersion),
                    ]
                )
            )
        )
        #expect(result.cipher == .aes128GCM)
        #expect(result.signing == .aesGMAC)
        #expect(result.hasPOSIXExtensions)
        #expect(
            contexts == [
                .preauthIntegrity(hashes: [.sha512], salt: salt), .encryption([.aes128GCM]),
                .signing([.aesGMAC]), .posix(NegotiateContext.posixVersion),
            ]
        )
    }

    @Test mutating func saysThatNoCipherFits() throws {
        let contexts: [NegotiateContext] = [
            preauth, .encryption([CipherID(rawValue: 77)]), .signing([.init(rawValue: 9)]),
        ]
        let (result, answers) = try #require(settle(request([.smb311], contexts)))
        #expect(result.cipher == .none)
        #expect(result.signing == .aesCMAC)
        #expect(answers.contains(.encryption([.none])))
        #expect(answers.contains(.signing([.aesCMAC])))
    }

    /// Whatever the order of the contexts: a transform goes with its algorithm.
    @Test(
        arguments: [
            (
                [
                    .rdmaTransform([.signing, .init(rawValue: 9), .encryption]),
                    .encryption([.aes128GCM]), .signing([.aesGMAC]),
                ],
                [.encryption, .signing]
            ),
            ([.encryption([.aes128GCM]), .rdmaTransform([.encryption])], [.encryption]),
            ([.rdmaTransform([.encryption, .signing]), .signing([.aesCMAC])], []),
            ([.rdmaTransform([.signing]), .encryption([.aes128GCM])], []),
            ([.signing([.aesGMAC]), .rdmaTransform([.init(rawValue: 9)])], []),
        ] as [([NegotiateContext], [RDMATransformID])]
    )
    mutating func transformsNeedTheirAlgorithm(
        contexts: [NegotiateContext],
        common: [RDMATransformID]
    ) throws {
        let (result, answers) = try #require(settle(request([.smb311], [preauth] + contexts)))
        #expect(result.rdmaTransforms == common)
        #expect(answers.contains(.rdmaTransform(common.isEmpty ? [.none] : common)))
    }

    @Test mutating func aServerWithoutTransformsIsSilentAboutThem() throws {
        var policy = NegotiationPolicy()
        policy.rdmaTransforms = []
        machine = NegotiationMachine(policy: policy)
        let contexts: [NegotiateContext] = [preauth, .rdmaTransform([.signing])]
        let (result, answers) = try #require(settle(request([.smb311], contexts)))
        #expect(result.rdmaTransforms.isEmpty)
        #expect(answers.count == 1)
    }

    @Test(
        arguments: [
            ([], .invalidParameter),
            ([preauth, preauth], .invalidParameter),
            ([.preauthIntegrity(hashes: [], salt: [])], .invalidParameter),
            (
                [.preauthIntegrity(hashes: [.init(rawValue: 5)], salt: [])],
                .smbNoPreauthIntegrityHashOverlap
            ),
            ([preauth, .encryption([])], .invalidParameter),
            ([preauth, .encryption([.aes128GCM]), .encryption([.aes128GCM])], .invalidParameter),
            ([preauth, .signing([])], .invalidParameter),
            ([preauth, .rdmaTransform([])], .invalidParameter),
            (
                [preauth, .rdmaTransform([.signing]), .rdmaTransform([.signing])],
                .invalidParameter
            ),
            ([preauth, .signing([.aesCMAC]), .signing([.aesCMAC])], .invalidParameter),
        ] as [([NegotiateContext], NTStatus)]
    )
    mutating func refusesMalformedContexts(contexts: [NegotiateContext], status: NTStatus) {
        #expect(machine.receive(request([.smb311], contexts), salt: salt) == .fail(status))
    }

    @Test mutating func ignoresWhatItDoesNotKnow() throws {
        let unknown = NegotiateContext.unknown(type: 0x4444, data: [1])
        let contexts: [NegotiateContext] = [unknown, preauth, unknown]
        #expect(try #require(settle(request([.smb311], contexts))).1.count == 1)
    }

    @Test(arguments: [Dialect.smb300, .smb302])
    mutating func encryptionBefore311IsACapability(dialect: Dialect) throws {
        let (with, _) = try #require(settle(request([dialect])))
        #expect(with.cipher == .aes128CCM)
        #expect(with.serverCapabilities.contains(.encryption))
        machine = NegotiationMachine(policy: NegotiationPolicy())
        let (without, _) = try #require(settle(request([dialect], capabilities: [])))
        #expect(without.cipher == .none)
        #expect(!without.serverCapabilities.contains(.encryption))
    }

    @Test mutating func multiChannelIsMutual() throws {
        var policy = NegotiationPolicy()
        policy.capabilities = [.largeMTU, .multiChannel, .leasing]
        machine = NegotiationMachine(policy: policy)
        let (alone, _) = try #require(settle(request([.smb302], capabilities: [])))
        #expect(alone.serverCapabilities == [.largeMTU, .leasing])
        machine = NegotiationMachine(policy: policy)
        let (both, _) = try #require(settle(request([.smb302], capabilities: .multiChannel)))
        #expect(both.serverCapabilities == [.largeMTU, .leasing, .multiChannel])
        machine = NegotiationMachine(policy: policy)
        let (old, _) = try #require(settle(request([.smb210], capabilities: .multiChannel)))
        #expect(old.serverCapabilities == [.largeMTU, .leasing])
        #expect(old.signing == .hmacSHA256)
    }
}
