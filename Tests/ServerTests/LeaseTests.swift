import SMBMessages
import Testing
import Wire

@testable import FuzzTargets

extension ServerTests {
    /// Leases as clients see them; MS-SMB2 3.3.4.7, 3.3.5.9.8, 3.3.5.9.11, 3.3.5.22.2.
    @Suite struct LeaseTests {
        private let all: LeaseState = [.readCaching, .handleCaching, .writeCaching]
        private let holder: ClientChannel
        private let other: ClientChannel

        init() {
            ServerUnderTest.tested.begin()
            holder = ClientChannel(clientGUID: 7)
            holder.logOn()
            other = ClientChannel(clientGUID: 8)
            other.logOn()
        }

        private func open(
            _ client: ClientChannel,
            _ name: String,
            key: UInt128 = 1,
            _ state: LeaseState,
            options: CreateOptions = [],
            isVersion2: Bool = true
        ) -> (NTStatus, CreateResponse?) {
            let context = LeaseContext(
                key: GUID(rawValue: key),
                state: state,
                flags: .parentKeySet,
                v2: isVersion2 ? .init(parentKey: GUID(rawValue: 77), epoch: 10) : nil
            )
            return client.create(
                name,
                [context.context],
                oplock: .lease,
                share: .all,
                options: options
            )
        }

        private func lease(_ response: CreateResponse?) throws -> LeaseContext {
            try LeaseContext(data: #require(response?.contexts.data(of: .lease)))
        }

        private func notification(_ client: ClientChannel) throws -> LeaseBreakNotification {
            try withReader(over: #require(client.notifications.last)) { reader in
                try reader.seek(to: Header.size)
                return try LeaseBreakNotification(from: &reader)
            }
        }

        private func acknowledge(_ client: ClientChannel, _ state: LeaseState) -> NTStatus {
            client.call(.oplockBreak) { writer in
                LeaseBreakAcknowledgment(key: GUID(rawValue: 1), state: state).encode(to: &writer)
            }.status
        }

        private func leave() {
            holder.leave()
            other.leave()
        }

        @Test(arguments: [true, false])
        func isGrantedInItsVersion(isVersion2: Bool) throws {
            let (_, made) = open(holder, "file", all, isVersion2: isVersion2)
            #expect(made?.oplock == .lease)
            let lease = try lease(made)
            #expect(lease.state == all)
            #expect(lease.key == GUID(rawValue: 1))
            #expect(
                lease.v2 == (isVersion2 ? .init(parentKey: GUID(rawValue: 77), epoch: 11) : nil)
            )
            leave()
        }

        @Test func directoriesHaveNone() {
            let (status, made) = open(holder, "folder", all, options: .directoryFile)
            #expect(status == .success)
            #expect(made?.oplock == OplockLevel.none)
            #expect(made?.contexts == [])
            leave()
        }

        /// A key in use for one file is refused for another, which is not made either.
        @Test func aKeyIsOfOneFile() {
            #expect(open(holder, "file", all).0 == .success)
            #expect(open(holder, "new", all).0 == .invalidParameter)
            #expect(open(other, "new", all).1?.action == .created)
            leave()
        }

        @Test func isTakenBackFromItsHolder() throws {
            let file = try #require(open(holder, "file", all).1).fileID
            let number = other.nextMessageID
            #expect(other.create("file", share: .all).0 == .pending)
            #expect(holder.read(file).0 == .endOfFile)
            let told = try notification(holder)
            #expect(told.currentState == all)
            #expect(told.newState == [.readCaching, .handleCaching])
            #expect(told.newEpoch == 12)
            #expect(told.isAcknowledgmentRequired)
            #expect(acknowledge(holder, all) == .requestNotAccepted)
            #expect(acknowledge(holder, [.readCaching]) == .success)
            #expect(other.await(number)?.status == .success)
            #expect(acknowledge(holder, [.readCaching]) == .unsuccessful)
            leave()
        }

        /// A break that went out on a channel which is lost goes out on another.
        @Test(arguments: [true, false])
        func isTakenBackOnAnotherChannel(isOplock: Bool) throws {
            let second = ClientChannel(clientGUID: 7)
            second.bind(to: holder)
            let (_, made) =
                isOplock ? holder.create("file", share: .all) : open(holder, "file", all)
            let file = try #require(made).fileID
            let number = other.nextMessageID
            #expect(other.create("file", guid: 2, oplock: .none, share: .all).0 == .pending)
            holder.leave()
            #expect(second.read(file).0 == .endOfFile)
            #expect(second.notifications.count == 1)
            #expect(second.close(file) == .success)
            #expect(other.await(number)?.status == .success)
            second.leave()
            other.leave()
        }
    }
}
