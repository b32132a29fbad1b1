import SMBMessages
import SMBState
import Testing

private func added(_ name: String) -> FileNotifyInformation {
    FileNotifyInformation(action: .added, fileName: name)
}

@Suite struct NotifyBufferTests {
    var buffer = NotifyBuffer(filter: .all, watchesTree: false, outputBufferLength: 1000)

    @Test mutating func aChangeCompletesTheOldestRequest() {
        #expect(buffer.request(WaiterID(1), outputBufferLength: 1000) == .wait)
        #expect(buffer.request(WaiterID(2), outputBufferLength: 1000) == .wait)
        let first = buffer.record([added("a")])
        #expect(first == .init(waiter: WaiterID(1), outcome: .changes([added("a")])))
        let second = buffer.record([added("b")])
        #expect(second == .init(waiter: WaiterID(2), outcome: .changes([added("b")])))
        #expect(!buffer.isWaiting)
    }

    @Test mutating func changesBetweenRequestsAreKept() {
        #expect(buffer.record([added("a")]) == nil)
        #expect(buffer.record([added("a")]) == nil)
        #expect(buffer.record([added("b")]) == nil)
        let all = [added("a"), added("b")]
        #expect(buffer.request(WaiterID(1), outputBufferLength: 1000) == .complete(.changes(all)))
        #expect(buffer.request(WaiterID(2), outputBufferLength: 1000) == .wait)
    }

    @Test mutating func bothNamesOfARenameStayTogether() {
        let pair = [
            FileNotifyInformation(action: .renamedOldName, fileName: "a"),
            FileNotifyInformation(action: .renamedNewName, fileName: "b"),
        ]
        #expect(buffer.request(WaiterID(1), outputBufferLength: 1000) == .wait)
        #expect(buffer.record(pair)?.outcome == .changes(pair))
    }

    /// smbtorture smb2.notify.valid-req: no room now, room again later.
    @Test mutating func aRequestWithoutRoomEnumerates() {
        #expect(buffer.request(WaiterID(1), outputBufferLength: 0) == .wait)
        #expect(buffer.record([added("a")])?.outcome == .enumerate)
        #expect(buffer.request(WaiterID(2), outputBufferLength: 1000) == .wait)
        #expect(buffer.record([added("b")])?.outcome == .changes([added("b")]))
    }

    /// The same: the first request's room is everybody's.
    @Test func theFirstRequestSetsTheCapacity() {
        var small = NotifyBuffer(filter: .all, watchesTree: true, outputBufferLength: 1)
        #expect(small.request(WaiterID(1), outputBufferLength: 1) == .wait)
        #expect(small.record([added("a")])?.outcome == .enumerate)
        #expect(small.request(WaiterID(2), outputBufferLength: 1000) == .wait)
        #expect(small.record([added("a")])?.outcome == .enumerate)
    }

    @Test mutating func tooMuchForTheBufferEnumeratesOnce() {
        for number in 0..<100 { #expect(buffer.record([added("name \(number)")]) == nil) }
        #expect(buffer.request(WaiterID(1), outputBufferLength: 1000) == .complete(.enumerate))
        #expect(buffer.request(WaiterID(2), outputBufferLength: 1000) == .wait)
        #expect(buffer.recordOverflow()?.outcome == .enumerate)
    }

    @Test mutating func endsAndCancels() {
        #expect(buffer.request(WaiterID(1), outputBufferLength: 9) == .wait)
        #expect(buffer.request(WaiterID(2), outputBufferLength: 9) == .wait)
        #expect(buffer.cancel(WaiterID(1)) == true)
        #expect(buffer.cancel(WaiterID(1)) == false)
        #expect(buffer.end() == [WaiterID(2)])
        #expect(buffer.end() == [])
    }

    @Test mutating func boundsItsRequests() {
        for number in 0..<UInt64(NotifyBuffer.waitingMax) {
            #expect(buffer.request(WaiterID(number), outputBufferLength: 9) == .wait)
        }
        let refused = buffer.request(WaiterID(999), outputBufferLength: 9)
        #expect(refused == .refuse(.insufficientResources))
    }
}
