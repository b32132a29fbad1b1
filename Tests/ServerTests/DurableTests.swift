import SMBMessages
import Testing
import Wire

@testable import FuzzTargets

extension ServerTests {
    /// Opens that outlive their session; MS-SMB2 3.3.5.9.6 to 3.3.5.9.12, 3.3.7.1.
    @Suite struct DurableTests {
        private let client: ClientChannel

        init() {
            ServerUnderTest.tested.begin()
            client = ClientChannel()
            client.logOn()
        }

        private func comeBack(clientGUID: UInt128 = 7) -> ClientChannel {
            let next = ClientChannel(clientGUID: clientGUID)
            next.logOn()
            return next
        }

        @Test func aClientFindsItsOpenAgain() throws {
            let file = try #require(client.create("file").1).fileID
            #expect(client.write(5, to: file) == .success)
            #expect(client.lock(file, [.exclusive, .failImmediately]) == .success)
            client.leave()
            let next = comeBack()
            #expect(next.reconnect(file, guid: 2, name: "file").0 == .objectNameNotFound)
            let (status, taken) = next.reconnect(file, name: "file")
            #expect(status == .success)
            #expect(taken?.fileID.persistent == file.persistent)
            #expect(taken?.oplock == .batch)
            #expect(taken?.endOfFile == 4)
            #expect(taken?.contexts == [])
            let again = try #require(taken).fileID
            #expect(next.reconnect(again, name: "file").0 == .objectNameNotFound)
            #expect(next.read(again) == (.success, 5))
            #expect(next.lock(again, .unlock) == .success)
            #expect(next.close(again) == .success)
            next.leave()
            #expect(ServerUnderTest.tested.durableCount == 0)
        }

        @Test(arguments: [true, false])
        func theFirstVersionToo(isMixed: Bool) throws {
            let (_, made) = client.create("file", [DurableHandle.request])
            let file = try #require(made).fileID
            #expect(made?.contexts == [DurableHandle.response])
            client.leave()
            let next = comeBack()
            let back = DurableReconnectRequest(fileID: file).context
            let contexts = isMixed ? [back, DurableHandle.request] : [back]
            let (status, taken) = next.create("another name", contexts)
            #expect(status == .success)
            #expect(try next.close(#require(taken).fileID) == .success)
            next.leave()
        }

        /// Nothing tells the server that the client keeps the file open: it is closed.
        @Test(arguments: [OplockLevel.none, .levelII, .exclusive])
        func withoutABatchOplockNothingIsKept(oplock: OplockLevel) throws {
            let (_, made) = client.create("file", oplock: oplock)
            #expect(made?.contexts == [])
            let file = try #require(made).fileID
            client.leave()
            let next = comeBack()
            #expect(next.reconnect(file, name: "file").0 == .objectNameNotFound)
            #expect(next.create("file", guid: 3).0 == .success)
            next.leave()
        }

        @Test func whoeverIsThereComesFirst() throws {
            let file = try #require(client.create("file").1).fileID
            client.leave()
            let other = comeBack(clientGUID: 8)
            let number = other.nextMessageID
            let (status, made) = other.create("file", guid: 3)
            let opened = status == .pending ? ClientChannel.response(other.await(number)) : made
            #expect(opened?.oplock == .batch)
            let next = comeBack()
            #expect(next.reconnect(file, name: "file").0 == .objectNameNotFound)
            next.leave()
            other.leave()
        }

        /// FILE_DELETE_ON_CLOSE acts when the open ends, not when the connection does.
        @Test(arguments: [true, false])
        func deletionWaitsForTheEnd(returns: Bool) throws {
            let (_, made) = client.create("file", options: .deleteOnClose)
            let file = try #require(made).fileID
            client.leave()
            let next = comeBack()
            if returns {
                let taken = try #require(next.reconnect(file, name: "file").1)
                #expect(next.close(taken.fileID) == .success)
            }
            let number = next.nextMessageID
            let (status, again) = next.create("file", guid: 3)
            let opened = status == .pending ? ClientChannel.response(next.await(number)) : again
            #expect(opened?.action == .created)
            next.leave()
        }

        @Test func anUnclaimedOpenEnds() throws {
            let file = try #require(client.create("file", timeout: 20).1).fileID
            #expect(ServerUnderTest.tested.durableCount == 1)
            client.leave()
            while ServerUnderTest.tested.durableCount > 0 { pauseBriefly() }
            let next = comeBack()
            #expect(next.reconnect(file, name: "file").0 == .objectNameNotFound)
            #expect(next.create("file", guid: 3).0 == .success)
            next.leave()
        }

        /// What the old session still has in the file pool ends before the new one has the open.
        @Test func theFilePoolIsWaitedFor() throws {
            let file = try #require(client.create("file").1).fileID
            let stop = ServerUnderTest.tested.holdPool()
            #expect(client.write(1, to: file) == .pending)
            client.leave()
            let next = comeBack()
            let number = next.nextMessageID
            #expect(next.reconnect(file, name: "file").0 == .pending)
            stop()
            let taken = try #require(ClientChannel.response(next.await(number)))
            #expect(taken.endOfFile == 4)
            #expect(next.read(taken.fileID) == (.success, 1))
            next.leave()
        }

        /// A session that another one replaces leaves its durable opens too.
        @Test func aReplacedSessionLeavesItsOpens() throws {
            let file = try #require(client.create("file").1).fileID
            let next = ClientChannel()
            next.logOn(previous: client.sessionID)
            #expect(client.read(file).0 == .userSessionDeleted)
            #expect(next.reconnect(file, name: "file").0 == .success)
            client.leave()
            next.leave()
        }

        @Test func aLeaseIsNamedAgain() throws {
            let lease = LeaseContext(
                key: GUID(rawValue: 9),
                state: [.readCaching, .handleCaching],
                v2: .init(epoch: 3)
            )
            let durable = DurableV2Request(
                timeoutMilliseconds: 0,
                flags: [],
                createGUID: GUID(rawValue: 1)
            )
            let (_, made) = client.create("file", [durable.context, lease.context], oplock: .lease)
            let file = try #require(made).fileID
            #expect(made?.oplock == .lease)
            client.leave()
            let back = DurableV2ReconnectRequest(fileID: file, createGUID: GUID(rawValue: 1))
            let stranger = comeBack(clientGUID: 8)
            let both = [back.context, lease.context]
            #expect(stranger.create("file", both, oplock: .lease).0 == .objectNameNotFound)
            stranger.leave()
            let next = comeBack()
            #expect(next.create("file", [back.context]).0 == .objectNameNotFound)
            #expect(next.create("other", both, oplock: .lease).0 == .invalidParameter)
            let (status, taken) = next.create("file", both, oplock: .lease)
            #expect(status == .success)
            let told = try #require(taken?.contexts.data(of: .lease))
            let held = try LeaseContext(data: told)
            #expect(held.state == [.readCaching, .handleCaching])
            #expect(held.v2?.epoch == 4)
            next.leave()
        }
    }
}
