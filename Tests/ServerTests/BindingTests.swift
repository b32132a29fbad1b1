import SMBMessages
import Testing

@testable import FuzzTargets

extension ServerTests {
    /// Channels that are added to a session; MS-SMB2 3.3.5.5.
    @Suite struct BindingTests {
        private let first: ClientChannel
        private let second: ClientChannel
        private let sessionCount: Int

        init() {
            ServerUnderTest.tested.begin()
            sessionCount = ServerUnderTest.tested.sessionCount
            first = ClientChannel()
            first.logOn()
            second = ClientChannel()
        }

        /// A session lasts while a channel is being added to it.
        @Test func aSessionGoesOnWithItsNewChannel() throws {
            let file = try #require(first.create("file").1).fileID
            #expect(second.bind(to: first) { first.leave() } == .success)
            #expect(second.read(file).0 == .endOfFile)
            second.leave()
            #expect(ServerUnderTest.tested.sessionCount == sessionCount)
        }

        /// And not longer: nobody could reach it any more.
        @Test func aFailedBindingLeavesNoSessionBehind() {
            #expect(second.bind(to: first, password: "wrong") { first.leave() } == .logonFailure)
            #expect(ServerUnderTest.tested.sessionCount == sessionCount)
            second.leave()
        }

        @Test func aFailedBindingChangesNothing() throws {
            #expect(second.bind(to: first, password: "wrong") == .logonFailure)
            #expect(first.create("file").0 == .success)
            #expect(ServerUnderTest.tested.sessionCount == sessionCount + 1)
            first.leave()
            second.leave()
        }
    }
}
