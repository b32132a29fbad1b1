import SMBMessages
import SMBState
import Testing

private func added(_ name: String) -> FileNotifyInformation {
    FileNotifyInformation(action: .added, fileName: name)
}

@Suite struct NotifyBufferTests {
    var buffer = NotifyBuffer(filter: .all, outputBufferLength: 1000)

    @Test mutating func changesBetweenRequestsAreKept() {
        #expect(!buffer.isReady)
        buffer.append(added("a"))
        buffer.append(added("b"))
        #expect(buffer.isReady)
        #expect(buffer.take(room: 1000) == .changes([added("a"), added("b")]))
        #expect(!buffer.isReady)
    }

    @Test mutating func oneModificationAfterAnotherIsOne() {
        let modified = FileNotifyInformation(action: .modified, fileName: "a")
        buffer.append(modified)
        buffer.append(modified)
        buffer.append(added("b"))
        buffer.append(modified)
        #expect(buffer.take(room: 1000) == .changes([modified, added("b"), modified]))
    }

    @Test mutating func equalNamesAddedTwiceAreTwo() {
        buffer.append(added("a"))
        buffer.append(added("a"))
        #expect(buffer.take(room: 1000) == .changes([added("a"), added("a")]))
    }

    /// smbtorture smb2.notify.valid-req: no room now, room again later.
    @Test mutating func aRequestWithoutRoomEnumerates() {
        buffer.append(added("a"))
        #expect(buffer.take(room: 0) == .enumerate)
        buffer.append(added("b"))
        #expect(buffer.take(room: 1000) == .changes([added("b")]))
    }

    /// The same: the first request's room is everybody's.
    @Test func theFirstRequestSetsTheCapacity() {
        var small = NotifyBuffer(filter: .all, outputBufferLength: 1)
        for _ in 0..<2 {
            small.append(added("a"))
            #expect(small.take(room: 1000) == .enumerate)
        }
    }

    @Test mutating func tooMuchEnumeratesOnce() {
        for number in 0..<100 { buffer.append(added("name \(number)")) }
        #expect(buffer.take(room: 1000) == .enumerate)
        #expect(!buffer.isReady)
        buffer.overflow()
        #expect(buffer.isReady)
        #expect(buffer.take(room: 1000) == .enumerate)
    }

    @Test func keepsNoMoreThanItsBound() {
        var large = NotifyBuffer(filter: .all, outputBufferLength: .max)
        #expect(large.capacity == NotifyBuffer.byteCountMax)
        for number in 0..<5000 { large.append(added("name \(number)")) }
        #expect(large.take(room: .max) == .enumerate)
    }
}
