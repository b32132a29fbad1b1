import Testing
import Wire

@testable import SMBMessages

@Suite struct SecurityDescriptorTests {
    static let alice = SID(authority: 5, 21, 1, 2, 3, 1001)
    static let staff = SID(authority: 5, 21, 1, 2, 3, 513)
    static let bob = SID(authority: 5, 21, 1, 2, 3, 1002)

    static let descriptor = SecurityDescriptor(
        control: [.selfRelative, .discretionaryACLPresent],
        owner: alice,
        group: staff,
        discretionaryACL: AccessControlList(entries: [
            AccessControlEntry(.denied, mask: .writeData, sid: bob),
            AccessControlEntry(
                .allowed,
                flags: [.containerInherit, .objectInherit],
                mask: .fileAll,
                sid: alice
            ),
            AccessControlEntry(.allowed, mask: [.readData, .writeData, .readControl], sid: staff),
        ])
    )

    private func decode(_ bytes: [UInt8]) throws(WireError) -> SecurityDescriptor {
        try withReader(over: bytes) { reader throws(WireError) in
            try SecurityDescriptor(from: &reader)
        }
    }

    @Test func survivesTheRoundTripAndNoTruncation() throws {
        let bytes = Self.descriptor.encoded()
        #expect(bytes.count == Self.descriptor.encodedSize)
        #expect(try decode(bytes) == Self.descriptor)
        for count in 0..<bytes.count {
            #expect(throws: WireError.self, "\(count)") { try decode(Array(bytes[..<count])) }
        }
    }

    @Test func sidsReadAsTheyAreWritten() {
        #expect(Self.alice.description == "S-1-5-21-1-2-3-1001")
        #expect(
            encoded { SID.builtinUsers.encode(to: &$0) }
                == [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x21, 2, 0, 0]
        )
    }

    @Test(arguments: [16, 17, 255] as [UInt8])
    func tooManySubAuthoritiesAreRefused(count: UInt8) {
        let bytes = [1, count] + [UInt8](repeating: 0, count: 6 + 4 * Int(count))
        #expect(throws: WireError(.invalidValue, at: 1)) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try SID(from: &reader)
            }
        }
    }

    @Test func entryCountsThatCannotFitAreRefusedBeforeTheyCostAnything() {
        let bytes = encoded { writer in
            for word in [2, 8, 0xFFFF, 0] as [UInt16] { writer.write(word) }
        }
        #expect(throws: WireError(.invalidValue, at: 0)) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try AccessControlList(from: &reader)
            }
        }
    }

    @Test(arguments: [1, 4, 19, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func offsetsIntoTheHeaderOrBeyondTheEndAreRefused(offset: UInt32) {
        var bytes = Self.descriptor.encoded()
        for index in 0..<4 { bytes[4 + index] = UInt8(truncatingIfNeeded: offset >> (8 * index)) }
        #expect(throws: WireError.self) { try decode(bytes) }
    }

    @Test func deniesAndAllowsInOrder() {
        let bob = AccessToken(user: Self.bob, primaryGroup: Self.staff)
        #expect(Self.descriptor.access(of: bob, desired: .readData) == .readData)
        #expect(Self.descriptor.access(of: bob, desired: .writeData) == nil)
        #expect(
            Self.descriptor.access(of: bob, desired: .maximumAllowed) == [.readData, .readControl]
        )
    }

    @Test func ownersMayAlwaysMendTheList() {
        var locked = Self.descriptor
        locked.discretionaryACL = AccessControlList(entries: [])
        let alice = AccessToken(user: Self.alice, primaryGroup: Self.staff)
        #expect(locked.access(of: alice, desired: .writeDAC) == .writeDAC)
        #expect(locked.access(of: alice, desired: .readData) == nil)
        locked.discretionaryACL = AccessControlList(entries: [
            AccessControlEntry(.allowed, mask: .readControl, sid: .ownerRights)
        ])
        #expect(locked.access(of: alice, desired: .writeDAC) == nil)
        #expect(locked.access(of: alice, desired: .readControl) == .readControl)
    }

    @Test func theNullListAllowsEverything() {
        let open = SecurityDescriptor(control: [.selfRelative, .discretionaryACLPresent])
        let bob = AccessToken(user: Self.bob, primaryGroup: Self.staff)
        #expect(open.access(of: bob, desired: .genericAll) == .fileAll)
    }

    @Test func systemListsNeedThePrivilege() {
        var auditor = AccessToken(user: Self.alice, primaryGroup: Self.staff)
        #expect(Self.descriptor.access(of: auditor, desired: .accessSystemSecurity) == nil)
        auditor.privileges = .security
        #expect(
            Self.descriptor.access(of: auditor, desired: .accessSystemSecurity)
                == .accessSystemSecurity
        )
    }

    /// The table of MS-DTYP 2.5.3.4.4.
    @Test(
        arguments: [
            (0x00, [], []),
            (0x01, [0x19], [0x10]),
            (0x05, [], [0x10]),
            (0x02, [0x12], []),
            (0x06, [0x10], []),
            (0x03, [0x13], [0x10]),
            (0x07, [0x10], [0x10]),
        ] as [(UInt8, [UInt8], [UInt8])]
    )
    func childrenInheritByTheTable(parent: UInt8, container: [UInt8], leaf: [UInt8]) {
        let entry = AccessControlEntry(
            .allowed,
            flags: .init(rawValue: parent),
            mask: .fileAll,
            sid: Self.bob
        )
        let list = AccessControlList(entries: [entry])
        let forContainer = list.inherited(owner: Self.alice, group: Self.staff, isContainer: true)
        let forLeaf = list.inherited(owner: Self.alice, group: Self.staff, isContainer: false)
        #expect(forContainer.entries.map(\.flags.rawValue) == container)
        #expect(forLeaf.entries.map(\.flags.rawValue) == leaf)
    }

    @Test func theCreatorOwnerIsResolvedForTheChildAndKeptForItsChildren() {
        let list = AccessControlList(entries: [
            AccessControlEntry(
                .allowed,
                flags: [.containerInherit, .objectInherit],
                mask: .genericAll,
                sid: .creatorOwner
            )
        ])
        let child = list.inherited(owner: Self.alice, group: Self.staff, isContainer: true)
        #expect(child.entries.map(\.sid) == [Self.alice, .creatorOwner])
        #expect(child.entries.map(\.mask) == [.fileAll, .genericAll])
        #expect(child.entries.map(\.flags.rawValue) == [0x10, 0x1B])
    }
}
