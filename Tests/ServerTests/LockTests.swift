import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// LOCK, and what locks do to reads and writes; MS-SMB2 3.3.5.14, MS-FSA 2.1.5.8.
    @Suite struct LockTests {
        private let exclusive: LockRequest.Range.Flags = [.exclusive, .failImmediately]
        private let shared: LockRequest.Range.Flags = [.shared, .failImmediately]

        private func lock(
            _ caller: inout Caller,
            _ file: UInt8,
            _ flags: LockRequest.Range.Flags,
            at offset: UInt64 = 0,
            count: UInt64 = 10
        ) -> [Caller.Answer] {
            caller.call(.lock) { writer in
                LockRequest(
                    fileID: Caller.file(file),
                    ranges: [.init(offset: offset, length: count, flags: flags)]
                ).encode(to: &writer)
            }
        }

        private func caller() -> Caller {
            var caller = Caller()
            caller.open("file")
            caller.open("file")
            return caller
        }

        @Test func opensExcludeEachOther() {
            var caller = caller()
            #expect(lock(&caller, 0, exclusive).map(\.status) == [.success])
            #expect(lock(&caller, 1, shared).map(\.status) == [.lockNotGranted])
            #expect(lock(&caller, 1, shared, at: 10).map(\.status) == [.success])
            #expect(lock(&caller, 0, shared, at: 15).map(\.status) == [.success])
            #expect(lock(&caller, 0, .unlock).map(\.status) == [.success])
            #expect(lock(&caller, 0, .unlock).map(\.status) == [.rangeNotLocked])
            #expect(lock(&caller, 1, exclusive).map(\.status) == [.success])
            caller.leave()
        }

        @Test func requestsWithoutSenseAreRefused() {
            var caller = caller()
            let none = caller.call(.lock) { writer in
                LockRequest(fileID: Caller.file, ranges: []).encode(to: &writer)
                writer.write(zeros: LockRequest.Range.encodedSize)
            }
            #expect(none.map(\.status) == [.invalidParameter])
            #expect(lock(&caller, 0, []).map(\.status) == [.invalidParameter])
            #expect(
                lock(&caller, 0, [.unlock, .exclusive]).map(\.status) == [.invalidParameter]
            )
            #expect(
                lock(&caller, 0, exclusive, at: .max, count: .max).map(\.status)
                    == [.invalidLockRange]
            )
            caller.leave()
        }

        @Test func aWaitingLockComesWithTheUnlock() {
            var caller = caller()
            #expect(lock(&caller, 0, exclusive).map(\.status) == [.success])
            #expect(lock(&caller, 1, .exclusive).map(\.status) == [.pending])
            var statuses = lock(&caller, 0, .unlock).map(\.status)
            statuses += caller.call(.echo) { EchoRequest().encode(to: &$0) }.map(\.status)
            // The unlock, the lock that waited, and the echo.
            #expect(statuses == [.success, .success, .success])
            #expect(lock(&caller, 0, shared).map(\.status) == [.lockNotGranted])
            caller.leave()
        }

        @Test func closingEndsTheWait() {
            var caller = caller()
            #expect(lock(&caller, 0, exclusive).map(\.status) == [.success])
            #expect(lock(&caller, 1, .shared).map(\.status) == [.pending])
            let answers = caller.call(.close) { writer in
                CloseRequest(fileID: Caller.file(1)).encode(to: &writer)
            }
            #expect(answers.contains { $0.status == .rangeNotLocked })
            caller.leave()
        }

        @Test func locksStandBeforeTheData() {
            var caller = caller()
            func write(_ file: UInt8) -> [NTStatus] {
                caller.call(.write) { writer in
                    WriteRequest(fileID: Caller.file(file), offset: 5, dataLength: 1)
                        .encode(to: &writer)
                    writer.write(UInt8(1))
                }.map(\.status)
            }
            func read(_ file: UInt8) -> [NTStatus] {
                caller.call(.read) { writer in
                    ReadRequest(fileID: Caller.file(file), offset: 5, length: 1)
                        .encode(to: &writer)
                }.map(\.status)
            }
            #expect(write(0) == [.success])
            #expect(lock(&caller, 0, exclusive).map(\.status) == [.success])
            #expect(write(1) == [.fileLockConflict])
            #expect(read(1) == [.fileLockConflict])
            #expect(write(0) == [.success])
            #expect(lock(&caller, 0, .unlock).map(\.status) == [.success])
            #expect(lock(&caller, 0, shared).map(\.status) == [.success])
            #expect(read(1) == [.success])
            // A shared lock keeps its own holder from writing too.
            #expect(write(0) == [.fileLockConflict])
            caller.leave()
        }
    }
}
