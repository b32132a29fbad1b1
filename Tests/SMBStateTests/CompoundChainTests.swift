import SMBMessages
import SMBState
import Testing

private let made = FileID(persistent: 1, volatile: 2)

private func header(
    _ command: Command,
    related: Bool = false,
    session: UInt64 = 5,
    tree: UInt32 = 6,
    next: UInt32 = 0
) -> Header {
    Header(
        command: command,
        messageID: 1,
        flags: related ? .related : [],
        treeID: tree,
        sessionID: session,
        nextCommand: next
    )
}

@Suite struct CompoundChainTests {
    var chain = CompoundChain()

    private mutating func begin(_ header: Header) -> (Header, NTStatus?) {
        var copy = header
        let status = chain.begin(&copy)
        return (copy, status)
    }

    /// smbtorture smb2.compound.related1, related2.
    @Test mutating func relatedCommandsInherit() throws {
        let (create, _) = begin(header(.create))
        chain.end(create, status: .success, created: made)
        let wrong = header(.close, related: true, session: .max, tree: .max)
        let (close, status) = begin(wrong)
        #expect(status == nil)
        #expect(close.sessionID == 5)
        #expect(close.treeID == 6)
        #expect(try chain.resolve(.previous, isRelated: true) == made)
        chain.end(close, status: .success)
        // The handle is handed on though it is closed: the next command finds it closed.
        _ = begin(wrong)
        #expect(try chain.resolve(.previous, isRelated: true) == made)
    }

    /// related4, related7: what CREATE failed with, everybody behind it fails with.
    @Test mutating func failedCreateFailsTheRest() {
        let (create, _) = begin(header(.create))
        chain.end(create, status: .accessDenied)
        for command in [Command.ioctl, .close, .setInfo] {
            let (next, status) = begin(header(command, related: true))
            #expect(status == nil)
            #expect(throws: NTStatus.accessDenied) {
                try chain.resolve(.previous, isRelated: true)
            }
            chain.end(next, status: .accessDenied)
        }
    }

    /// related6, interim2: any other failure leaves the open to the commands behind it.
    @Test mutating func otherFailuresDoNot() throws {
        let (create, _) = begin(header(.create))
        chain.end(create, status: .success, created: made)
        let (write, _) = begin(header(.write, related: true))
        #expect(try chain.resolve(.previous, isRelated: true) == made)
        chain.end(write, status: .accessDenied)
        _ = begin(header(.close, related: true))
        #expect(try chain.resolve(.previous, isRelated: true) == made)
    }

    /// invalid1, related9.
    @Test mutating func aChainCannotBeginInTheMiddle() {
        let (first, status) = begin(header(.create, related: true))
        #expect(status == .invalidParameter)
        chain.end(first, status: .invalidParameter)
        #expect(begin(header(.close, related: true)).1 == .invalidParameter)
        #expect(begin(header(.close)).1 == nil)
    }

    /// invalid2: behind a command whose session is unknown nothing related can go on.
    @Test mutating func aLostSessionEndsTheChain() {
        let (close, _) = begin(header(.close, session: .max))
        chain.end(close, status: .userSessionDeleted)
        #expect(begin(header(.close, related: true)).1 == .invalidParameter)
    }

    /// invalid3: the FileId of an unrelated command counts for the related one behind it.
    @Test mutating func unrelatedCommandsBeginAnew() throws {
        let (create, _) = begin(header(.create))
        chain.end(create, status: .success, created: made)
        let (close, _) = begin(header(.close))
        #expect(try chain.resolve(.previous, isRelated: false) == .previous)
        chain.end(close, status: .fileClosed)
        _ = begin(header(.close, related: true))
        #expect(try chain.resolve(made, isRelated: true) == .previous)
    }

    @Test mutating func withoutAFileThereIsNoHandle() {
        let (echo, _) = begin(header(.echo))
        chain.end(echo, status: .success)
        _ = begin(header(.close, related: true))
        #expect(throws: NTStatus.invalidHandle) {
            try chain.resolve(.previous, isRelated: true)
        }
    }

    @Test func onlyTheLastMayWaitForAnother() {
        #expect(CompoundChain.waiting(.changeNotify, isLast: true) == .announced)
        #expect(CompoundChain.waiting(.changeNotify, isLast: false) == .refused(.internalError))
        #expect(CompoundChain.waiting(.lock, isLast: false) == .refused(.internalError))
        #expect(CompoundChain.waiting(.create, isLast: false) == .announced)
        #expect(CompoundChain.waiting(.read, isLast: false) == .silent)
    }

    @Test(
        arguments: [
            (UInt32(0), 0..<200), (64, 0..<64), (136, 0..<136),
            (137, nil), (60, nil), (8, nil), (144, nil), (.max & ~7, nil),
        ] as [(UInt32, Range<Int>?)]
    )
    func nextCommandStaysInside(next: UInt32, extent: Range<Int>?) {
        let found = CompoundChain.extent(
            of: header(.echo, next: next),
            at: 0,
            messageCount: 200
        )
        #expect(found == extent)
    }
}
