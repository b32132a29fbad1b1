import SMBMessages
import Testing

@testable import FuzzTargets

extension ServerTests {
    /// What is sent again over another channel; MS-SMB2 3.3.5.2.10, 3.3.5.9.
    @Suite struct ReplayTests {
        private let first: ClientChannel
        private let second: ClientChannel

        init() {
            ServerUnderTest.tested.begin()
            first = ClientChannel()
            first.logOn()
            second = ClientChannel()
            second.bind(to: first)
        }

        private func leave() {
            first.leave()
            second.leave()
        }

        @Test func latecomersChangeNothing() throws {
            let file = try #require(first.create("file").1).fileID
            #expect(first.write(1, to: file) == .success)
            #expect(second.write(2, to: file, sequence: 1, isReplay: true) == .success)
            #expect(first.write(3, to: file) == .fileNotAvailable)
            #expect(first.write(3, to: file, isReplay: true) == .fileNotAvailable)
            #expect(first.read(file) == (.success, 2))
            #expect(second.close(file) == .success)
            leave()
        }

        @Test func repeatedCreateIsAnsweredWithTheSameOpen() throws {
            let (_, made) = first.create("file", timeout: 400_000)
            let (status, again) = second.create("file", timeout: 400_000, isReplay: true)
            #expect(status == .success)
            #expect(made == again)
            #expect(made?.action == .created)
            let durable = made?.contexts.data(of: .durableRequestV2)
            #expect(durable == DurableV2Response(timeoutMilliseconds: 300_000).context.data)
            let file = try #require(made).fileID
            #expect(second.create("file").0 == .duplicateObjectID)
            // Another name is another CREATE, which the oplock's holder keeps waiting.
            #expect(second.create("file", guid: 2, isReplay: true).0 == .pending)
            #expect(first.close(file) == .success)
            #expect(second.close(file) == .fileClosed)
            leave()
        }

        /// Once the client used the open it has seen the answer: the next CREATE is another one.
        @Test func useEndsRepetition() throws {
            let file = try #require(first.create("file", share: .all).1).fileID
            #expect(first.read(file).0 == .endOfFile)
            let (status, other) = second.create(
                "file",
                oplock: .none,
                share: .all,
                isReplay: true
            )
            #expect(status == .pending)
            #expect(other == nil)
            #expect(first.close(file) == .success)
            leave()
        }

        /// The oplock's holder is asked first: until it has answered there is nothing to repeat.
        @Test func repetitionOfAWaitingCreateIsRefused() throws {
            let other = ClientChannel(clientGUID: 8)
            other.logOn()
            let held = try #require(other.create("file", share: .all).1).fileID
            let number = first.nextMessageID
            #expect(first.create("file", oplock: .none, share: .all).0 == .pending)
            let repetition = second.create("file", oplock: .none, share: .all, isReplay: true)
            #expect(repetition.0 == .fileNotAvailable)
            #expect(second.create("file", oplock: .none, share: .all).0 == .duplicateObjectID)
            #expect(other.close(held) == .success)
            let made = ClientChannel.response(first.await(number))
            let again = second.create("file", oplock: .none, share: .all, isReplay: true)
            #expect(again.1?.fileID == made?.fileID)
            #expect(made != nil)
            leave()
            other.leave()
        }

        /// A CREATE that waited on a channel that is gone does so no more (3.3.7.1).
        @Test func repetitionOfALostCreateBeginsAnew() throws {
            let other = ClientChannel(clientGUID: 8)
            other.logOn()
            let held = try #require(other.create("file", share: .all).1).fileID
            #expect(second.create("file", oplock: .none, share: .all).0 == .pending)
            second.leave()
            let number = first.nextMessageID
            let repetition = first.create("file", oplock: .none, share: .all, isReplay: true)
            #expect(repetition.0 == .pending)
            #expect(other.close(held) == .success)
            #expect(first.await(number)?.status == .success)
            first.leave()
            other.leave()
        }

        /// The file pool still holds a WRITE of a lost channel: until it is done, its repetition is
        /// refused, so that it cannot land after the repetition.
        @Test func repetitionWaitsForTheFilePool() throws {
            let file = try #require(first.create("file").1).fileID
            let stop = ServerUnderTest.tested.holdPool()
            #expect(second.write(1, to: file) == .pending)
            second.leave()
            #expect(first.write(2, to: file, sequence: 1, isReplay: true) == .fileNotAvailable)
            stop()
            var status = NTStatus.fileNotAvailable
            var rounds = 0
            while status == .fileNotAvailable, rounds < 1000 {
                status = first.write(2, to: file, sequence: 1, isReplay: true)
                rounds += 1
            }
            if status == .pending {
                status = first.await(first.nextMessageID - 1)?.status ?? status
            }
            #expect(status == .success)
            #expect(first.read(file, sequence: 1) == (.success, 2))
            first.leave()
        }
    }
}
