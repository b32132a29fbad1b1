import SMBMessages
import SMBSecurity
import Synchronization
import Testing
import Wire

@testable import Client

@Suite(.timeLimit(.minutes(10))) struct LinkTests {
    private static func echoAnswer(_ sent: ScriptedTransport.Sent) -> [UInt8] {
        ScriptedTransport.answer(sent) { EchoResponse().encode(to: &$0) }
    }

    private func kind(_ fixture: LinkFixture) async -> ClientError.Kind? {
        do throws(ClientError) {
            _ = try await fixture.echo()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func answersInAnyOrderFindTheirRequests() async throws {
        let held = Mutex<[ScriptedTransport.Sent]>([])
        let fixture = try await LinkFixture { transport, sent in
            let all = held.withLock { held in
                held.append(sent)
                return held
            }
            guard all.count == 3 else { return }
            for sent in all.reversed() { transport.deliver(Self.echoAnswer(sent)) }
        }
        async let first = fixture.echo()
        async let second = fixture.echo()
        async let third = fixture.echo()
        let ids = try await [first, second, third].map(\.header.messageID)
        #expect(Set(ids).count == 3)
    }

    @Test func anAnswerToNothingEndsTheConnection() async throws {
        let fixture = try await LinkFixture { transport, sent in
            var stray = sent
            stray.header.messageID += 5
            transport.deliver(Self.echoAnswer(stray))
        }
        #expect(await kind(fixture) == .protocolViolation)
        #expect(await kind(fixture) == .protocolViolation)
        #expect(await fixture.sent().count == 1)
    }

    @Test func anAnswerOfAnotherCommandEndsTheConnection() async throws {
        let fixture = try await LinkFixture { transport, sent in
            var other = sent
            other.header.command = .read
            transport.deliver(Self.echoAnswer(other))
        }
        #expect(await kind(fixture) == .protocolViolation)
    }

    @Test func aSecondAnswerEndsTheConnection() async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(Self.echoAnswer(sent))
            transport.deliver(Self.echoAnswer(sent))
        }
        #expect(await kind(fixture) == nil)
        #expect(await kind(fixture) == .protocolViolation)
    }

    @Test func anInterimAnswerIsFollowedByTheRealOne() async throws {
        let fixture = try await LinkFixture { transport, sent in
            transport.deliver(
                ScriptedTransport.answer(sent, status: .pending, credits: 1, asyncID: 99)
            )
            transport.deliver(
                ScriptedTransport.answer(sent, credits: 0, asyncID: 99) {
                    EchoResponse().encode(to: &$0)
                }
            )
        }
        #expect(await kind(fixture) == nil)
    }

    @Test func everyTruncationIsRefused() async throws {
        let whole = Self.echoAnswer(
            ScriptedTransport.Sent(header: Header(command: .echo, messageID: 0), bytes: [])
        )
        for count in 0..<Header.size {
            let fixture = try await LinkFixture { transport, _ in
                transport.deliver(Array(whole[..<count]))
            }
            #expect(await kind(fixture) == .protocolViolation)
        }
    }

    @Test(arguments: [8, 63, 72, 1 << 20, Int(UInt32.max)])
    func aCompoundThatLeadsAstrayIsRefused(next: Int) async throws {
        let fixture = try await LinkFixture { transport, sent in
            var answer = Self.echoAnswer(sent)
            for index in 0..<4 { answer[20 + index] = UInt8(next >> (8 * index) & 0xFF) }
            transport.deliver(answer)
        }
        #expect(await kind(fixture) == .protocolViolation)
    }

    @Test func compoundAnswersComeTogether() async throws {
        let held = Mutex<[[UInt8]]>([])
        let fixture = try await LinkFixture { transport, sent in
            var answer = Self.echoAnswer(sent)
            let isFirst = held.withLock { held in
                held.append([])
                return held.count == 1
            }
            if isFirst {
                answer += [UInt8](repeating: 0, count: (8 - answer.count % 8) % 8)
                answer[20] = UInt8(answer.count)
                held.withLock { $0[0] = answer }
            } else {
                transport.deliver(held.withLock { $0[0] } + answer)
            }
        }
        let request = Request(.echo) { EchoRequest().encode(to: &$0) }
        let replies = try await fixture.link.exchange([request, request.related()]).replies
        #expect(replies.map(\.header.messageID) == [0, 1])
        let sent = await fixture.sent()
        #expect(sent[0].header.nextCommand % 8 == 0)
        #expect(sent[1].header.flags.contains(.related))
    }

    @Test func requestsWaitForCredits() async throws {
        let fixture = try await LinkFixture(credits: 0) { transport, sent in
            // One credit back for each answer: never two requests at once.
            transport.deliver(
                ScriptedTransport.answer(sent, credits: 1) { EchoResponse().encode(to: &$0) }
            )
        }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await fixture.echo()) != nil } }
            for await succeeded in group { #expect(succeeded) }
        }
        #expect(await fixture.sent().map(\.header.messageID) == Array(0..<20))
    }

    @Test func aLostConnectionFailsWhatWaits() async throws {
        let fixture = try await LinkFixture { transport, _ in transport.hangUp() }
        #expect(await kind(fixture) == .network)
        #expect(await fixture.link.perform { $0.isOpen } == false)
    }

    @Test func aSilentServerIsGivenUp() async throws {
        let fixture = try await LinkFixture(timeoutSeconds: 1) { _, _ in }
        #expect(await kind(fixture) == .network)
        // Before that it was asked whether it lives.
        #expect(await fixture.sent().map(\.header.command) == [.echo, .echo])
    }

    @Test func cancellingAsksTheServer() async throws {
        let fixture = try await LinkFixture { transport, sent in
            switch sent.header.command {
            case .changeNotify:
                transport.deliver(
                    ScriptedTransport.answer(sent, status: .pending, credits: 0, asyncID: 42)
                )
            case .cancel:
                var request = sent
                request.header.command = .changeNotify
                transport.deliver(
                    ScriptedTransport.answer(request, status: .cancelled, asyncID: 42)
                )
            default: return
            }
        }
        let task = Task {
            try await fixture.link.exchange(
                Request(.changeNotify) { EchoRequest().encode(to: &$0) }
            )
        }
        while await fixture.link.perform({ link in
            link.requests.activeSlots.allSatisfy { link.requests[$0].asyncID == nil }
        }) {
            try await Task.sleep(for: .milliseconds(1))
        }
        task.cancel()
        #expect(try await task.value.status == .cancelled)
        #expect(await fixture.sent().last?.header.asyncID == 42)
    }

    @Test func aWrongSignatureEndsTheConnection() async throws {
        let key = [UInt8](repeating: 9, count: 16)
        let tampers = Mutex(false)
        let fixture = try await LinkFixture { transport, sent in
            var answer = Self.echoAnswer(sent)
            guard let signing = try? SigningContext(algorithm: .aes128GMAC, key: key) else {
                return
            }
            signing.sign(&answer)
            if tampers.withLock({ $0 }) { answer[answer.count - 1] ^= 1 }
            transport.deliver(answer)
        }
        await fixture.link.perform { link in
            link.protection.signing = try? SigningContext(algorithm: .aes128GMAC, key: key)
            link.protection.signsAll = true
        }
        #expect(await kind(fixture) == nil)
        #expect(await fixture.sent()[0].header.flags.contains(.signed))
        tampers.withLock { $0 = true }
        #expect(await kind(fixture) == .protocolViolation)
    }

    @Test func anUnsignedAnswerIsNotBelieved() async throws {
        let key = [UInt8](repeating: 9, count: 16)
        let fixture = try await LinkFixture { $0.deliver(Self.echoAnswer($1)) }
        await fixture.link.perform { link in
            link.protection.signing = try? SigningContext(algorithm: .aes128CMAC, key: key)
            link.protection.signsAll = true
        }
        #expect(await kind(fixture) == .protocolViolation)
    }
}
