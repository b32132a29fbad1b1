import SMBMessages
import Testing

@testable import Client

@Suite struct RequestTableTests {
    @Test func findsRequestsByTheirID() {
        var table = RequestTable()
        let first = table.add(.init(messageID: 5, command: .read))
        let second = table.add(.init(messageID: 21, command: .write))
        // The last is at the same place of the ring as the first, in another window.
        let found = [5, 21, 6, 5 + 65536].map { table.slot(of: $0) }
        #expect(found == [first, second, nil, nil])
        let hasRoom = table.hasRoom(messageID: 5 + 65536, count: 1)
        #expect(!hasRoom)
        let removed = table.remove(first)
        #expect(removed.messageID == 5)
        let (after, count) = (table.slot(of: 5), table.count)
        #expect(after == nil)
        #expect(count == 1)
    }

    @Test func isBounded() {
        var table = RequestTable()
        for id in 0..<RequestTable.countMax {
            let hasRoom = table.hasRoom(messageID: UInt64(id), count: 1)
            #expect(hasRoom)
            _ = table.add(.init(messageID: UInt64(id)))
        }
        let hasRoom = table.hasRoom(messageID: 5000, count: 1)
        #expect(!hasRoom)
    }
}

@Suite struct CreditAccountTests {
    @Test func paysWithConsecutiveIDs() {
        var account = CreditAccount()
        account.supportsMultiCredit = true
        #expect(account.charge(forBytes: 0) == 1)
        #expect(account.charge(forBytes: 65536) == 1)
        #expect(account.charge(forBytes: 65537) == 2)
        #expect(account.charge(forBytes: 1 << 20) == 16)
        #expect(account.take(charge: 2) == nil)
        account.grant(20)
        #expect(account.take(charge: 16) == 0)
        #expect(account.take(charge: 5) == 16)
        #expect(account.take(charge: 1) == nil)
        #expect(account.available == 0)
    }

    @Test func costsOneWithoutLargeMessages() {
        #expect(CreditAccount().charge(forBytes: 65536) == 1)
    }

    @Test func asksForMoreUntilTheTarget() {
        var account = CreditAccount()
        #expect(account.request(forCharge: 1) == 257)
        account.grant(UInt16(CreditAccount.target))
        #expect(account.request(forCharge: 16) == 16)
        account.grant(.max)
        #expect(account.available == Int(UInt16.max))
    }
}
