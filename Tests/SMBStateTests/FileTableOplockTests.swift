import SMBMessages
import SMBState
import Testing

private let file = FileKey(device: 1, inode: 2)
private let everything: UInt32 = 0x001F_01FF
private let attributesOnly: UInt32 = 0x0010_0180
private let shareAll: UInt32 = 7

@Suite struct FileTableOplockTests {
    var table = FileTable()

    private mutating func open(
        _ id: UInt64,
        access: UInt32 = everything,
        share: UInt32 = shareAll,
        replaces: Bool = false,
        oplock: Caching = [],
        stream: String? = nil
    ) -> FileOpenVerdict {
        table.open(
            file,
            FileOpenRequest(
                open: OpenID(id),
                stream: stream,
                access: access,
                shareAccess: share,
                replacesContents: replaces,
                cacheWish: oplock.isEmpty ? .none : .oplock(oplock)
            ),
            waiter: WaiterID(id)
        )
    }

    private func granted(_ caching: Caching, _ breaks: [CacheBreak] = []) -> FileOpenVerdict {
        .granted(FileOpenGrant(caching: caching), breaks: breaks)
    }

    private func oplockBreak(
        _ id: UInt64,
        from: Caching,
        to: Caching,
        acknowledged: Bool,
        serial: UInt64
    ) -> CacheBreak {
        CacheBreak(
            target: .oplock(OpenID(id)),
            from: from,
            to: to,
            needsAcknowledgment: acknowledged,
            serial: serial
        )
    }

    /// smbtorture smb2.oplock.exclusive1: without cached handles there is nothing to wait for.
    @Test mutating func sharingViolationDoesNotBreakExclusive() {
        #expect(open(1, share: 0, oplock: .exclusive) == granted(.exclusive))
        #expect(open(2) == .refused(.sharingViolation, breaks: []))
    }

    /// smb2.oplock.exclusive2, exclusive9.
    @Test(arguments: [(false, Caching.levelII), (true, [])] as [(Bool, Caching)])
    mutating func secondOpenBreaksExclusive(replaces: Bool, level: Caching) {
        #expect(open(1, oplock: .exclusive) == granted(.exclusive))
        let expected = oplockBreak(
            1,
            from: .exclusive,
            to: level,
            acknowledged: true,
            serial: 1
        )
        #expect(open(2, replaces: replaces, oplock: .exclusive) == .wait(breaks: [expected]))
        let answer = table.acknowledgeOplock(OpenID(1), level: level.oplockLevel)
        #expect(answer.status == .success)
        #expect(answer.held == level)
        #expect(answer.woken == [WaiterID(2)])
        #expect(open(2, replaces: replaces, oplock: .exclusive) == granted(.levelII))
    }

    /// smb2.oplock.exclusive4, batch8.
    @Test mutating func attributesDisturbNobody() {
        #expect(open(1, share: 0, oplock: .batch) == granted(.batch))
        #expect(open(2, access: attributesOnly, oplock: .batch) == granted([]))
    }

    /// smb2.oplock.batch9a.
    @Test mutating func attributesAloneCanHoldBatch() {
        #expect(open(1, access: attributesOnly, oplock: .batch) == granted(.batch))
        let expected = oplockBreak(1, from: .batch, to: .levelII, acknowledged: true, serial: 1)
        #expect(open(2, oplock: .batch) == .wait(breaks: [expected]))
        #expect(table.acknowledgeOplock(OpenID(1), level: 1).woken == [WaiterID(2)])
        #expect(open(2, oplock: .batch) == granted(.levelII))
    }

    /// smb2.oplock.batch1: the holder keeps its file open, and the violation stays.
    @Test mutating func violationBreaksBatchOnce() {
        #expect(open(1, share: 0, oplock: .batch) == granted(.batch))
        let expected = oplockBreak(1, from: .batch, to: .levelII, acknowledged: true, serial: 1)
        #expect(open(2) == .wait(breaks: [expected]))
        #expect(table.acknowledgeOplock(OpenID(1), level: 1).woken == [WaiterID(2)])
        #expect(open(2) == .refused(.sharingViolation, breaks: []))
        // The writer's own level II goes with its write.
        let write = table.breakForChange(by: OpenID(1), waiter: WaiterID(7))
        let none = oplockBreak(1, from: .levelII, to: [], acknowledged: false, serial: 2)
        #expect(write == CacheBreaks(breaks: [none], mustWait: false))
        #expect(table.breakForChange(by: OpenID(1), waiter: WaiterID(7)) == CacheBreaks())
    }

    /// smb2.oplock.batch3, batch7: closing on the break lets the other in.
    @Test mutating func closeAnswersABreak() {
        #expect(open(1, share: 0, oplock: .batch) == granted(.batch))
        guard case .wait = open(2, share: 0, oplock: .batch) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(table.close(OpenID(1)).woken == [WaiterID(2)])
        #expect(open(2, share: 0, oplock: .batch) == granted(.batch))
    }

    /// smb2.oplock.batch6: a write takes level II from everybody.
    @Test mutating func writeBreaksAllLevelII() {
        #expect(open(1, oplock: .levelII) == granted(.levelII))
        #expect(open(2, oplock: .batch) == granted(.levelII))
        #expect(table.gate(of: OpenID(1))?.isOpenForWriting == false)
        #expect(table.gate(of: OpenID(1))?.isOpenForReading == true)
        let breaks = table.breakForChange(by: OpenID(1), waiter: WaiterID(7))
        #expect(breaks.breaks.map(\.target) == [.oplock(OpenID(1)), .oplock(OpenID(2))])
        #expect(!breaks.mustWait)
        #expect(table.gate(of: OpenID(1))?.isOpenForWriting == true)
    }

    /// smb2.oplock.batch21.
    @Test mutating func holderWritesFreely() {
        #expect(open(1, oplock: .batch) == granted(.batch))
        #expect(table.gate(of: OpenID(1))?.isOpenForWriting == true)
        #expect(table.breakForChange(by: OpenID(1), waiter: WaiterID(7)) == CacheBreaks())
    }

    /// smb2.oplock.levelii500 and MS-SMB2 3.3.5.22.1.
    @Test mutating func refusesAnswersNobodyAskedFor() {
        #expect(open(1, oplock: .levelII) == granted(.levelII))
        #expect(table.acknowledgeOplock(OpenID(1), level: 0).status == .invalidOplockProtocol)
        #expect(table.acknowledgeOplock(OpenID(9), level: 0).status == .fileClosed)
    }

    @Test(
        arguments: [
            (Caching.exclusive, UInt8(0x08), false), (.exclusive, 0x09, false),
            (.batch, 0x08, true),
            (.batch, 0x09, false), (.batch, 0xFF, false), (.batch, 0x00, true),
        ] as [(Caching, UInt8, Bool)]
    )
    mutating func oddLevelsEndTheOplock(held: Caching, level: UInt8, fits: Bool) {
        #expect(open(1, oplock: held) == granted(held))
        guard case .wait = open(2) else {
            Issue.record("the open had to wait")
            return
        }
        let answer = table.acknowledgeOplock(OpenID(1), level: level)
        #expect((answer.status == .success) == fits)
        #expect(answer.held == [])
        #expect(answer.woken == [WaiterID(2)])
        #expect(open(2) == granted([]))
    }

    /// smb2.oplock.levelii501: what replaces the contents comes while a break to level II runs.
    @Test mutating func secondBreakFollowsTheFirst() {
        #expect(open(1, oplock: .exclusive) == granted(.exclusive))
        guard case .wait(let first) = open(2) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(first.map(\.to) == [.levelII])
        #expect(open(3, replaces: true) == .wait(breaks: []))
        let answer = table.acknowledgeOplock(OpenID(1), level: 1)
        #expect(
            answer.breaks == [
                oplockBreak(1, from: .levelII, to: [], acknowledged: false, serial: 2)
            ]
        )
        #expect(answer.woken == [WaiterID(2), WaiterID(3)])
        #expect(open(2) == granted([]))
        #expect(open(3, replaces: true) == granted([]))
    }

    /// smb2.oplock.batch22a.
    @Test mutating func timeIsAnAnswer() {
        #expect(open(1, oplock: .batch) == granted(.batch))
        guard case .wait(let breaks) = open(2, oplock: .batch) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(table.timeOut(breaks[0]) == [WaiterID(2)])
        #expect(table.timeOut(breaks[0]) == [])
        #expect(open(2, oplock: .batch) == granted(.levelII))
    }

    @Test mutating func streamsHaveTheirOwnOplocks() {
        #expect(open(1, oplock: .batch) == granted(.batch))
        #expect(open(2, oplock: .batch, stream: "s") == granted(.batch))
    }

    @Test mutating func cancelledOpenIsNotWoken() {
        #expect(open(1, oplock: .batch) == granted(.batch))
        guard case .wait = open(2) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(table.cancel(WaiterID(2), file: file) == true)
        #expect(table.cancel(WaiterID(2), file: file) == false)
        #expect(table.close(OpenID(1)).woken == [])
        #expect(table.fileCount == 0)
    }

    @Test mutating func locksAndLevelIIExcludeEachOther() {
        #expect(open(1, oplock: .batch) == granted(.batch))
        let lock = table.lock(
            OpenID(1),
            [.init(range: LockRange(offset: 0, length: 1), flags: [.exclusive, .failImmediately])],
            waiter: WaiterID(4)
        )
        #expect(lock.result.outcome == .granted)
        #expect(lock.breaks == [])
        #expect(table.gate(of: OpenID(1))?.isOpenForReading == false)
        guard case .wait = open(2, oplock: .levelII) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(table.acknowledgeOplock(OpenID(1), level: 1).status == .success)
        #expect(open(2, oplock: .levelII) == granted([]))
        #expect(table.allowsRead(OpenID(2), LockRange(offset: 0, length: 1)) == false)
        #expect(table.close(OpenID(1)).lockedNow == [])
        #expect(table.gate(of: OpenID(2))?.isOpenForReading == true)
    }
}
