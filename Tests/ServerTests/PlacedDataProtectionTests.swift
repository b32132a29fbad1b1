import SMBDirect
import SMBMessages
import SMBSecurity
import Server
import Testing
import Transport
import Wire

@testable import Simulation

/// Data is never placed with less protection than its session demands (Spec/Decisions/0050).
@Suite struct PlacedDataProtectionTests {
    private let ground: PlacingServer
    private let data = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ $0 >> 6) }

    init() throws {
        ground = try PlacingServer()
        ground.make("file", data)
    }

    private func caller(
        _ transforms: [RDMATransformID] = [.encryption, .signing],
        _ change: (inout PlacingCaller.Manner) -> Void
    ) throws -> PlacingCaller {
        var manner = PlacingCaller.Manner()
        manner.transforms = transforms
        change(&manner)
        let caller = try PlacingCaller(ground, manner)
        try caller.open("file")
        return caller
    }

    /// Sends a WRITE of `bytes` that lie in the client's memory, and says what became of it.
    private func write(
        _ caller: PlacingCaller,
        _ bytes: [UInt8],
        _ kind: RDMATransformID,
        _ tag: PlacedDataTag,
        _ channel: Channel = .rdmaV1
    ) throws -> (status: NTStatus, memory: PlacingCaller.Memory) {
        let memory = try caller.expose(bytes, .reading)
        let info = caller.transformInfo(kind, tag, [memory.descriptor], channel)
        let message = caller.writeMessage(bytes.count, .rdmaTransform, info: info)
        return (try #require(caller.exchange([message]).first).status, memory)
    }

    private func sealed(
        _ bytes: [UInt8],
        _ caller: PlacingCaller
    ) throws -> ([UInt8], PlacedDataTag) {
        var copy = bytes
        var span = copy.mutableSpan
        var raw = unsafe span.mutableBytes
        let tag = try #require(caller.cipher).sealPlaced(&raw)
        return (copy, tag)
    }

    private func signature(_ bytes: [UInt8], _ caller: PlacingCaller) throws -> PlacedDataTag {
        unsafe try #require(caller.signing).signPlaced(
            bytes.span.bytes,
            messageID: caller.messageID,
            isServer: false
        )
    }

    // MARK: Signing

    @Test func aReadOfASessionThatMustSignIsSigned() throws {
        let caller = try caller { $0.requiresSigning = true }
        let memory = try caller.room(data.count)
        let (status, response, answer) = try caller.read(into: memory, .rdmaV1Invalidate)
        #expect(status == .success)
        #expect(response?.flags == .rdmaTransform)
        #expect(response?.dataLength == 56)
        #expect(response?.dataRemaining == 50_000)
        #expect(unsafe caller.signing?.verify(answer.bytes.span.bytes) == true)
        let transform = try caller.transform(of: answer)
        #expect(transform.channel == .none)
        #expect(transform.crypto.kind == .signing)
        #expect(same(memory.bytes, data))
        let tag = PlacedDataTag(transform.crypto)
        #expect(unsafe caller.signing?.verifyPlaced(data.span.bytes, tag: tag) == true)
        #expect(caller.wasInvalidated(memory))
    }

    @Test(arguments: [Channel.rdmaV1, .rdmaV1Invalidate])
    func aSignedWriteIsTaken(channel: Channel) throws {
        let caller = try caller { $0.requiresSigning = true }
        let bytes = Array(data.reversed())
        let (status, memory) = try write(
            caller,
            bytes,
            .signing,
            try signature(bytes, caller),
            channel
        )
        #expect(status == .success)
        #expect(same(ground.contents(of: "file"), bytes))
        #expect(caller.wasInvalidated(memory) == (channel == .rdmaV1Invalidate))
    }

    @Test func aWrongSignatureWritesNothing() throws {
        let caller = try caller { $0.requiresSigning = true }
        var tag = try signature(data, caller)
        let bytes = [UInt8](repeating: 9, count: data.count)
        #expect(try write(caller, bytes, .signing, tag).status == .invalidSignature)
        tag = try signature(bytes, caller)
        tag.signatureCount = 8
        #expect(try write(caller, bytes, .signing, tag).status == .invalidSignature)
        #expect(same(ground.contents(of: "file"), data))
    }

    // MARK: Encryption

    @Test func aReadOfAnEncryptedSessionIsEncrypted() throws {
        let caller = try caller { $0.seals = true }
        let memory = try caller.room(data.count)
        let (status, response, answer) = try caller.read(into: memory)
        #expect(status == .success)
        #expect(answer.wasSealed)
        #expect(response?.flags == .rdmaTransform)
        let transform = try caller.transform(of: answer)
        #expect(transform.crypto.kind == .encryption)
        var bytes = memory.bytes
        #expect(bytes != data)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        try caller.cipher?.openPlaced(&raw, tag: PlacedDataTag(transform.crypto))
        #expect(same(bytes, data))
    }

    @Test func aShareThatMustBeEncryptedIs() throws {
        let caller = try caller {
            $0.seals = true
            $0.share = "secret"
        }
        let memory = try caller.room(data.count)
        #expect(try caller.read(into: memory).response?.flags == .rdmaTransform)
        #expect(memory.bytes != data)
    }

    @Test func anEncryptedWriteIsTaken() throws {
        let caller = try caller { $0.seals = true }
        let bytes = Array(data.reversed())
        let (hidden, tag) = try sealed(bytes, caller)
        #expect(try write(caller, hidden, .encryption, tag).status == .success)
        #expect(same(ground.contents(of: "file"), bytes))
    }

    @Test func aWrongTagWritesNothing() throws {
        let caller = try caller { $0.seals = true }
        var (hidden, tag) = try sealed(data, caller)
        hidden[7] ^= 1
        #expect(try write(caller, hidden, .encryption, tag).status == .authTagMismatch)
        (hidden, tag) = try sealed(data, caller)
        tag.nonceCount = 11
        #expect(try write(caller, hidden, .encryption, tag).status == .authTagMismatch)
        tag.nonceCount = 12
        tag.signatureCount = 4
        #expect(try write(caller, hidden, .encryption, tag).status == .authTagMismatch)
        #expect(same(ground.contents(of: "file"), data))
    }

    // MARK: What does not go together

    /// The data would be bare.
    @Test(arguments: [
        (true, false, [RDMATransformID.encryption, .signing]), (true, false, []),
        (false, true, [.encryption, .signing]), (false, true, [.signing]),
        (true, false, [.encryption]),
    ])
    func bareWritesOfProtectedSessionsAreRefused(
        signs: Bool,
        seals: Bool,
        transforms: [RDMATransformID]
    ) throws {
        let caller = try caller(transforms) {
            $0.requiresSigning = signs
            $0.seals = seals
        }
        let memory = try caller.expose([UInt8](repeating: 1, count: 8192), .reading)
        #expect(try caller.write(from: memory, .rdmaV1Invalidate) == .invalidParameter)
        #expect(caller.wasInvalidated(memory))
        #expect(same(ground.contents(of: "file"), data))
    }

    @Test(arguments: [
        (true, false, []), (false, true, []), (false, true, [RDMATransformID.signing]),
        (true, false, [.encryption]),
    ])
    func readsThatNothingCouldProtectAreRefused(
        signs: Bool,
        seals: Bool,
        transforms: [RDMATransformID]
    ) throws {
        let caller = try caller(transforms) {
            $0.requiresSigning = signs
            $0.seals = seals
        }
        let memory = try caller.room(8192)
        #expect(try caller.read(into: memory).status == .invalidParameter)
        #expect(memory.bytes.allSatisfy { $0 == 0xEE })
        // In the message it is protected with it.
        let inline = caller.readMessage(8192, .none, info: [])
        let answer = try #require(caller.exchange([inline]).first)
        #expect(same(Array(answer.bytes[80...]), Array(data[..<8192])))
        #expect(answer.wasSealed == seals)
    }

    @Test func aServerThatRequiresSigningPlacesNothingBare() throws {
        let ground = try PlacingServer { $0.requireSigning = true }
        ground.make("file", data)
        var manner = PlacingCaller.Manner()
        manner.signs = true
        let caller = try PlacingCaller(ground, manner)
        try caller.open("file")
        let memory = try caller.room(8192)
        #expect(try caller.read(into: memory).status == .invalidParameter)
        #expect(memory.bytes.allSatisfy { $0 == 0xEE })
    }

    @Test func theTransformMustBeTheRequestsOwn() throws {
        // Signed data in an encrypted request.
        let sealing = try caller { $0.seals = true }
        let tag = try signature(data, sealing)
        #expect(try write(sealing, data, .signing, tag).status == .invalidParameter)
        // Encrypted data in a request that is signed only.
        let signing = try caller { $0.requiresSigning = true }
        let (hidden, other) = try sealed(data, signing)
        #expect(try write(signing, hidden, .encryption, other).status == .invalidParameter)
        // A transform that was not agreed on.
        let none = try caller([]) { $0.requiresSigning = true }
        let third = try signature(data, none)
        #expect(try write(none, data, .signing, third).status == .invalidParameter)
        // Signed data in a request that is not signed.
        let plain = try caller { _ in }
        let fourth = try signature(data, plain)
        #expect(try write(plain, data, .signing, fourth).status == .invalidParameter)
        #expect(same(ground.contents(of: "file"), data))
    }

    /// Nobody asked for protection: the fast way.
    @Test func signingWithoutHavingToLeavesPlacedDataAsItIs() throws {
        let caller = try caller { $0.signs = true }
        let memory = try caller.room(data.count)
        let (status, response, answer) = try caller.read(into: memory)
        #expect(status == .success)
        #expect(response?.flags == [])
        #expect(same(memory.bytes, data))
        #expect(unsafe caller.signing?.verify(answer.bytes.span.bytes) == true)
        // A client that follows the letter and signs all the same is understood.
        let bytes = Array(data.reversed())
        let tag = try signature(bytes, caller)
        #expect(try write(caller, bytes, .signing, tag).status == .success)
        #expect(same(ground.contents(of: "file"), bytes))
    }

    @Test func withCMACNothingIsAgreedOn() throws {
        let caller = try caller {
            $0.requiresSigning = true
            $0.signings = [.aesCMAC]
        }
        #expect(caller.negotiated?.contexts.contains(.rdmaTransform([.encryption])) == true)
        let memory = try caller.room(8192)
        #expect(try caller.read(into: memory).status == .invalidParameter)
    }

    @Test func malformedTransformsAreRefused() throws {
        let caller = try caller { $0.requiresSigning = true }
        let memory = try caller.expose(data, .reading)
        let tag = try signature(data, caller)
        let good = caller.transformInfo(.signing, tag, [memory.descriptor])
        for (index, value) in [(8, UInt8(2)), (8, 0), (16, 7), (0, 48), (4, 0), (4, 3), (2, 15)] {
            var info = good
            info[index] = value
            let message = caller.writeMessage(data.count, .rdmaTransform, info: info)
            let status = try #require(caller.exchange([message]).first).status
            #expect(status == .invalidParameter, "byte \(index)")
        }
        for count in [0, 15, 40, 55] {
            let info = Array(good.prefix(count))
            let message = caller.writeMessage(data.count, .rdmaTransform, info: info)
            let status = try #require(caller.exchange([message]).first).status
            #expect(status == .invalidParameter, "\(count) bytes")
        }
        #expect(!caller.isClosed)
    }
}
