import Foundation
import Reactor
import SMBMessages
import SMBSecurity
import Synchronization
import Testing
import Wire

@testable import Client

@Suite(.timeLimit(.minutes(10))) struct StreamTests {
    @Test func readsEveryByteWhateverTheOrder() async throws {
        let held = Mutex<[ScriptedTransport.Sent]>([])
        let fixture = try await LinkFixture { transport, sent in
            // Answers in pairs, the later one first.
            let pair = held.withLock { held -> [ScriptedTransport.Sent] in
                held.append(sent)
                guard held.count == 2 else { return [] }
                defer { held.removeAll() }
                return held
            }
            for sent in pair.reversed() {
                if let answer = try? PatternFile.answer(sent) { transport.deliver(answer) }
            }
        }
        let (bytes, result) = await fixture.read(0..<40_960, block: 4096, depth: 4)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(0..<40_960))
    }

    @Test func dataGoesStraightIntoMemory() async throws {
        let fixture = try await LinkFixture { transport, sent in
            // The odd answer is short, so that its block is asked for again.
            let countMax = sent.header.messageID == 1 ? 1000 : Int.max
            if let answer = try? PatternFile.answer(sent, countMax: countMax) {
                transport.deliverPlacing(answer)
            }
        }
        let (bytes, result) = await fixture.readIntoMemory(8192..<50_000)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(8192..<50_000))
        let transport = fixture.transport
        #expect(await fixture.link.perform { _ in transport.placedCount } == 12)
    }

    @Test func placedDataWithAWrongSignatureIsRefused() async throws {
        let key = [UInt8](repeating: 3, count: 16)
        let fixture = try await LinkFixture { transport, sent in
            guard var answer = try? PatternFile.answer(sent),
                let signing = try? SigningContext(algorithm: .aes128GMAC, key: key)
            else { return }
            signing.sign(&answer)
            if sent.header.messageID == 2 { answer[answer.count - 1] ^= 1 }
            transport.deliverPlacing(answer)
        }
        await fixture.link.perform { link in
            link.protection.signing = try? SigningContext(algorithm: .aes128GMAC, key: key)
            link.protection.signsAll = true
        }
        let (bytes, result) = await fixture.readIntoMemory(0..<8192)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(0..<8192))
        let again = await fixture.readIntoMemory(0..<8192)
        #expect(again.result.failure?.kind == .protocolViolation)
    }

    @Test func asksAgainForWhatIsMissing() async throws {
        let fixture = try await LinkFixture { transport, sent in
            if let answer = try? PatternFile.answer(sent, countMax: 1000) {
                transport.deliver(answer)
            }
        }
        let (bytes, result) = await fixture.read(0..<10_000)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(0..<10_000))
    }

    @Test func keepsToTheDepthAndTheCredits() async throws {
        let waiting = Mutex((now: 0, most: 0))
        let fixture = try await LinkFixture(credits: 3) { transport, sent in
            waiting.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            guard let answer = try? PatternFile.answer(sent, credits: 1) else { return }
            transport.reactor.post {
                waiting.withLock { $0.now -= 1 }
                transport.deliver(answer)
            }
        }
        let (bytes, result) = await fixture.read(0..<100_000, block: 4096, depth: 16)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(0..<100_000))
        #expect(waiting.withLock { $0.most } == 4)
    }

    @Test func asksForLessWhereCreditsAreFew() async throws {
        let fixture = try await LinkFixture(credits: 1) { transport, sent in
            if let answer = try? PatternFile.answer(sent, credits: 1) { transport.deliver(answer) }
        }
        let (bytes, result) = await fixture.read(0..<300_000, block: 300_000, depth: 2)
        #expect(throws: Never.self) { try result.get() }
        #expect(bytes == PatternFile.bytes(0..<300_000))
    }

    @Test func aFileThatEndsEarlyHasChanged() async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(ScriptedTransport.answer(sent, status: .endOfFile))
        }
        let (_, result) = await fixture.read(0..<10_000)
        #expect(result.failure?.kind == .changed)
    }

    @Test(arguments: [
        // DataOffset, DataLength, bytes behind the response
        (80, 4097, 4097), (80, 4096, 100), (255, 4096, 4096), (80, 0x7FFF_FFFF, 0), (80, 0, 0),
    ])
    func answersThatMakeNoSenseAreRefused(offset: Int, length: Int, count: Int) async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(
                ScriptedTransport.answer(sent) { writer in
                    ReadResponse(dataLength: length).encode(to: &writer)
                    writer.overwrite(at: Header.size + 2, with: UInt8(offset))
                    writer.write(zeros: count)
                }
            )
        }
        let (_, result) = await fixture.read(0..<4096)
        #expect(result.failure?.kind == (length == 0 ? .changed : .protocolViolation))
    }

    @Test func everyTruncatedReadAnswerIsRefused() async throws {
        for count in stride(from: Header.size, to: Header.size + 16 + 64, by: 1) {
            let fixture = try await LinkFixture { transport, sent in
                if let answer = try? PatternFile.answer(sent) {
                    transport.deliver(Array(answer[..<count]))
                }
            }
            let (_, result) = await fixture.read(0..<64)
            #expect(result.failure?.kind == .protocolViolation)
        }
    }

    @Test func aLostConnectionEndsTheStream() async throws {
        let count = Mutex(0)
        let fixture = try await LinkFixture { transport, sent in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number < 6 else { return transport.hangUp() }
            if let answer = try? PatternFile.answer(sent) { transport.deliver(answer) }
        }
        let (_, result) = await fixture.read(0..<1_000_000)
        #expect(result.failure?.kind == .network)
    }

    /// A server that keeps what is written to it, no more than 3000 bytes at a time.
    private final class Store: Sendable {
        let bytes: Mutex<[UInt8]>

        init(count: Int) { bytes = Mutex([UInt8](repeating: 0, count: count)) }

        func answer(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent) {
            guard
                let write = try? sent.decode({ reader throws(WireError) in
                    try WriteRequest(from: &reader)
                })
            else { return }
            let count = min(write.dataLength, 3000)
            let data = sent.bytes[write.dataOffset..<write.dataOffset + count]
            bytes.withLock {
                $0.replaceSubrange(Int(write.offset)..<Int(write.offset) + count, with: data)
            }
            transport.deliver(
                ScriptedTransport.answer(sent) {
                    WriteResponse(count: UInt32(count)).encode(to: &$0)
                }
            )
        }
    }

    @Test func writesEveryByte() async throws {
        let store = Store(count: 50_000)
        let fixture = try await LinkFixture { store.answer($0, $1) }
        let bytes = PatternFile.bytes(0..<50_000)
        let result = await fixture.write(bytes)
        #expect(throws: Never.self) { try result.get() }
        #expect(store.bytes.withLock { $0 } == bytes)
    }

    @Test(arguments: [false, true])
    func filesAreSentByTheKernelUnlessTheyAreSigned(isSigned: Bool) async throws {
        let path = NSTemporaryDirectory() + "penstock-stream-\(UUID().uuidString)"
        let bytes = PatternFile.bytes(0..<50_000)
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let key = [UInt8](repeating: 3, count: 16)
        let store = Store(count: bytes.count)
        let fixture = try await LinkFixture { transport, sent in
            // Answers that are not signed are not believed: the first ends the stream.
            store.answer(transport, sent)
        }
        if isSigned {
            await fixture.link.perform { link in
                link.protection.signing = try? SigningContext(algorithm: .aes128GMAC, key: key)
                link.protection.signsAll = true
            }
        }
        let files = FileIOPool()
        defer { files.stop() }
        let source = FileSource(try LocalFile.openForReading(path), files: files)
        let result = await fixture.write(bytes.count, from: source)
        let transport = fixture.transport
        let fileCount = await fixture.link.perform { _ in transport.filePayloadCount }
        #expect(result.failure?.kind == (isSigned ? .protocolViolation : nil))
        #expect((fileCount == 0) == isSigned)
        #expect(isSigned || store.bytes.withLock { $0 } == bytes)
    }

    @Test func aFullDiskStopsTheStream() async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(ScriptedTransport.answer(sent, status: .diskFull))
        }
        let result = await fixture.write(PatternFile.bytes(0..<100_000))
        #expect(result.failure?.kind == .diskFull)
        #expect(await fixture.sent().count <= 8)
    }

    @Test func aServerThatClaimsTooMuchIsRefused() async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(
                ScriptedTransport.answer(sent) { WriteResponse(count: 99_999).encode(to: &$0) }
            )
        }
        let result = await fixture.write(PatternFile.bytes(0..<10_000))
        #expect(result.failure?.kind == .protocolViolation)
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
