import SMBMessages
import SMBState
import Testing

private let file = FileKey(device: 1, inode: 2)
private let everything: UInt32 = 0x001F_01FF
private let readRights: Caching = [.read]
private let readHandle: Caching = [.read, .handle]
private let readWrite: Caching = [.read, .write]

private func lease(_ key: UInt128) -> LeaseID { LeaseID(client: 1, key: key) }

@Suite struct FileTableLeaseTests {
    var table = FileTable()

    private mutating func open(
        _ id: UInt64,
        key: UInt128,
        _ state: Caching,
        access: UInt32 = everything,
        share: UInt32 = 7,
        version2: Bool = false,
        epoch: UInt16 = 0,
        replaces: Bool = false
    ) -> FileOpenVerdict {
        let wish = FileOpenRequest.LeaseWish(
            id: lease(key),
            state: state,
            isVersion2: version2,
            epoch: epoch
        )
        return table.open(
            file,
            FileOpenRequest(
                open: OpenID(id),
                access: access,
                shareAccess: share,
                replacesContents: replaces,
                cacheWish: .lease(wish)
            ),
            waiter: WaiterID(id)
        )
    }

    private mutating func plainOpen(
        _ id: UInt64,
        access: UInt32 = everything,
        replaces: Bool = false,
        oplock: Caching? = nil
    ) -> FileOpenVerdict {
        table.open(
            file,
            FileOpenRequest(
                open: OpenID(id),
                access: access,
                shareAccess: 7,
                replacesContents: replaces,
                cacheWish: oplock.map { .oplock($0) } ?? .none
            ),
            waiter: WaiterID(id)
        )
    }

    private func state(_ verdict: FileOpenVerdict) -> Caching? {
        if case .granted(let grant, _) = verdict { return grant.caching }
        return nil
    }

    private func grant(_ verdict: FileOpenVerdict) -> FileOpenGrant.LeaseGrant? {
        if case .granted(let grant, _) = verdict { return grant.lease }
        return nil
    }

    private func changes(_ breaks: [CacheBreak]) -> [[Caching]] { breaks.map { [$0.from, $0.to] } }

    /// smbtorture smb2.lease.request.
    @Test(
        arguments: [
            (Caching([]), Caching([])), (.read, .read), (.handle, []), (.write, []),
            (readHandle, readHandle), (readWrite, readWrite), ([.handle, .write], []), (.all, .all),
        ] as [(Caching, Caching)]
    )
    mutating func grantsOnlySensibleStates(wish: Caching, expected: Caching) {
        #expect(state(open(1, key: 1, wish)) == expected)
    }

    @Test mutating func leasesCanBeSwitchedOff() {
        table = FileTable(allowsLeases: false)
        #expect(open(1, key: 1, .all) == .granted(FileOpenGrant(caching: []), breaks: []))
        #expect(open(2, key: 1, .all) == .granted(FileOpenGrant(caching: []), breaks: []))
    }

    @Test mutating func oneKeyNamesOneFile() {
        #expect(state(open(1, key: 1, .all)) == .all)
        let other = FileOpenRequest(
            open: OpenID(2),
            access: everything,
            shareAccess: 7,
            cacheWish: .lease(.init(id: lease(1), state: .read))
        )
        let elsewhere = FileKey(device: 1, inode: 3)
        #expect(
            table.open(elsewhere, other, waiter: WaiterID(2))
                == .refused(.invalidParameter, breaks: [])
        )
        _ = table.close(OpenID(1))
        guard case .granted = table.open(elsewhere, other, waiter: WaiterID(2)) else {
            Issue.record("the key was free again")
            return
        }
    }

    /// smb2.lease.upgrade, upgrade2: a lease grows, and a smaller wish changes nothing.
    @Test mutating func growsByLargerWishes() {
        #expect(state(open(1, key: 1, .read, version2: true, epoch: 5)) == .read)
        #expect(grant(open(2, key: 1, readHandle))?.epoch == 7)
        #expect(state(open(3, key: 1, readWrite)) == readHandle)
        #expect(state(open(4, key: 1, .all)) == .all)
        #expect(state(open(5, key: 1, [])) == .all)
        let last = grant(open(6, key: 1, .all))
        #expect(last == .init(key: 1, isBreaking: false, isVersion2: true, epoch: 8))
    }

    /// smb2.lease.oplock, both tables.
    @Test(
        arguments: [
            (readRights, Caching.levelII, readRights, Caching.levelII),
            (readHandle, .batch, readHandle, []),
            (readWrite, .exclusive, readRights, .levelII),
            (.all, .levelII, readHandle, []),
        ] as [(Caching, Caching, Caching, Caching)]
    )
    mutating func leaseThenOplock(
        held: Caching,
        wish: Caching,
        left: Caching,
        granted: Caching
    ) {
        #expect(state(open(1, key: 1, held)) == held)
        var verdict = plainOpen(2, oplock: wish)
        if case .wait(let breaks) = verdict {
            #expect(changes(breaks) == [[held, left]])
            #expect(table.acknowledgeLease(lease(1), state: left).woken == [WaiterID(2)])
            verdict = plainOpen(2, oplock: wish)
        }
        #expect(state(verdict) == granted)
    }

    @Test(arguments: [readRights, readHandle, readWrite, .all] as [Caching])
    mutating func oplockThenLease(wish: Caching) {
        #expect(state(plainOpen(1, oplock: .levelII)) == .levelII)
        #expect(state(open(2, key: 1, wish)) == .read)
    }

    /// smb2.lease.breaking1: the lease's own opens do not wait for its break.
    @Test mutating func ownOpensDoNotWait() {
        #expect(state(open(1, key: 1, .all)) == .all)
        guard case .wait(let breaks) = plainOpen(2) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(changes(breaks) == [[.all, readHandle]])
        let own = open(3, key: 1, .all)
        #expect(state(own) == .all)
        #expect(grant(own)?.isBreaking == true)
        // Its close is no answer to the break.
        #expect(table.close(OpenID(3)).woken == [])
        #expect(table.acknowledgeLease(lease(1), state: readHandle).woken == [WaiterID(2)])
        #expect(state(plainOpen(2)) == [])
    }

    /// smb2.lease.upgrade3: a lease grows to all that is asked for, or not at all.
    @Test mutating func growsWhollyOrNotAtAll() {
        #expect(state(open(1, key: 1, .read)) == .read)
        #expect(state(open(2, key: 2, .read)) == .read)
        #expect(state(open(3, key: 1, .all)) == .read)
        #expect(state(open(4, key: 1, readHandle)) == readHandle)
    }

    /// smb2.lease.unlink: who deletes the file on close takes cached handles first.
    @Test mutating func deletionTakesHandles() {
        #expect(state(open(1, key: 1, readHandle)) == readHandle)
        let request = FileOpenRequest(
            open: OpenID(2),
            access: 0x0001_0000,
            shareAccess: 7,
            deletesOnClose: true
        )
        let verdict = table.open(file, request, waiter: WaiterID(2))
        guard case .wait(let breaks) = verdict else {
            Issue.record("the open had to wait")
            return
        }
        #expect(changes(breaks) == [[readHandle, .read]])
        let answer = table.acknowledgeLease(lease(1), state: .read)
        #expect(answer.woken == [WaiterID(2)])
    }

    /// A new file cannot have a key that is in use, and directories have no leases.
    @Test mutating func knowsItsLeases() {
        #expect(!table.knowsLease(lease(1)))
        #expect(state(open(1, key: 1, readHandle)) == readHandle)
        #expect(table.knowsLease(lease(1)))
        #expect(table.opens(of: lease(1)) == [OpenID(1)])
        #expect(table.caching(of: OpenID(1))?.keepsHandle == true)
        #expect(table.unansweredBreak(of: OpenID(1)) == nil)
        _ = table.close(OpenID(1))
        #expect(!table.knowsLease(lease(1)))
        #expect(table.caching(of: OpenID(1)) == nil)
    }

    /// smb2.lease.breaking2.
    @Test mutating func refusesMoreThanOffered() {
        #expect(state(open(1, key: 1, .all)) == .all)
        guard case .wait(let breaks) = plainOpen(2, replaces: true) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(changes(breaks) == [[.all, []]])
        #expect(table.acknowledgeLease(lease(1), state: .read).status == .requestNotAccepted)
        #expect(table.acknowledgeLease(lease(1), state: []).status == .success)
        #expect(table.acknowledgeLease(lease(1), state: []).status == .unsuccessful)
        #expect(table.acknowledgeLease(lease(9), state: []).status == .objectNameNotFound)
        #expect(state(plainOpen(2, replaces: true)) == [])
        #expect(state(open(3, key: 1, [])) == [])
    }

    /// smb2.lease.v2_breaking3: nobody goes on before the whole chain of breaks is through.
    @Test mutating func breaksFollowEachOther() {
        #expect(grant(open(1, key: 1, .all, version2: true, epoch: 4))?.epoch == 5)
        guard case .wait(let first) = plainOpen(2) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(first.map(\.epoch) == [6])
        #expect(plainOpen(3, replaces: true) == .wait(breaks: []))
        let second = table.acknowledgeLease(lease(1), state: readHandle)
        #expect(changes(second.breaks) == [[readHandle, .read]])
        #expect(second.breaks.map(\.epoch) == [6])
        #expect(second.breaks.map(\.needsAcknowledgment) == [true])
        #expect(second.woken == [])
        let third = table.acknowledgeLease(lease(1), state: .read)
        #expect(changes(third.breaks) == [[.read, []]])
        #expect(third.breaks.map(\.needsAcknowledgment) == [false])
        #expect(third.woken == [WaiterID(2), WaiterID(3)])
    }

    /// smb2.lease.breaking4: cached handles do not keep contents from being replaced.
    @Test mutating func replacingDoesNotWaitForHandles() {
        #expect(state(open(1, key: 1, readHandle)) == readHandle)
        guard case .granted(_, let breaks) = plainOpen(2, replaces: true) else {
            Issue.record("the open had not to wait")
            return
        }
        #expect(changes(breaks) == [[readHandle, []]])
        #expect(plainOpen(3, replaces: true) == .granted(.init(caching: []), breaks: []))
        let own = open(4, key: 1, [])
        #expect(state(own) == readHandle)
        #expect(grant(own)?.isBreaking == true)
        #expect(table.acknowledgeLease(lease(1), state: []).status == .success)
    }

    /// smb2.lease.statopen4.
    @Test(arguments: [
        (UInt32(0x0000_0001), false), (0x0000_0008, false), (0x0000_0080, true),
        (0x0000_0100, true), (0x0001_0000, false), (0x0002_0000, true), (0x0004_0000, false),
        (0x0010_0000, true),
    ])
    mutating func lookingDoesNotBreak(access: UInt32, looks: Bool) {
        #expect(state(open(1, key: 1, .all)) == .all)
        if case .wait = plainOpen(2, access: access) {
            #expect(!looks)
        } else {
            #expect(looks)
            #expect(state(open(3, key: 1, .all, access: 0x2)) == .all)
        }
    }

    /// smb2.lease.lock1, complex1: changes spare the lease of the one who makes them.
    @Test mutating func changesBreakOthers() {
        #expect(state(open(1, key: 1, readHandle)) == readHandle)
        #expect(state(open(2, key: 2, readHandle)) == readHandle)
        #expect(state(open(3, key: 3, .read)) == .read)
        #expect(table.gate(of: OpenID(1))?.isOpenForWriting == false)
        let breaks = table.breakForChange(by: OpenID(1), waiter: WaiterID(8))
        #expect(changes(breaks.breaks) == [[readHandle, []], [.read, []]])
        #expect(breaks.breaks.map(\.needsAcknowledgment) == [true, false])
        #expect(!breaks.mustWait)
        #expect(table.acknowledgeLease(lease(2), state: []).status == .success)
        #expect(table.breakForChange(by: OpenID(1), waiter: WaiterID(8)) == CacheBreaks())
    }

    /// smb2.lease.v2_rename: a new name waits for cached handles of others.
    @Test mutating func nameChangesWaitForHandles() {
        #expect(state(open(1, key: 1, readHandle)) == readHandle)
        #expect(state(open(2, key: 2, readHandle)) == readHandle)
        let breaks = table.breakForNameChange(by: OpenID(1), waiter: WaiterID(8))
        #expect(changes(breaks.breaks) == [[readHandle, .read]])
        #expect(breaks.mustWait)
        #expect(table.acknowledgeLease(lease(2), state: .read).woken == [WaiterID(8)])
        #expect(table.breakForNameChange(by: OpenID(1), waiter: WaiterID(8)) == CacheBreaks())
    }

    @Test mutating func violationTakesHandles() {
        #expect(state(open(1, key: 1, readHandle, share: 1)) == readHandle)
        guard case .wait(let breaks) = plainOpen(2) else {
            Issue.record("the open had to wait")
            return
        }
        #expect(changes(breaks) == [[readHandle, .read]])
        #expect(table.close(OpenID(1)).woken == [WaiterID(2)])
        #expect(state(plainOpen(2)) == [])
    }
}
