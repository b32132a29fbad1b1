/// MS-DTYP 2.5.2: whom a session acts for.
public struct AccessToken: Hashable, Sendable {
    public struct Privileges: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// SeSecurityPrivilege: may read and write system lists.
        public static let security = Privileges(rawValue: 0x01)
        /// SeTakeOwnershipPrivilege.
        public static let takeOwnership = Privileges(rawValue: 0x02)
        /// SeRestorePrivilege: may give objects to anyone.
        public static let restore = Privileges(rawValue: 0x04)
    }

    public var user: SID
    public var primaryGroup: SID
    /// The user, the groups and the well-known SIDs that apply.
    public var sids: Set<SID>
    public var privileges: Privileges

    public init(user: SID, primaryGroup: SID, others: [SID] = [], privileges: Privileges = []) {
        self.user = user
        self.primaryGroup = primaryGroup
        sids = Set(others).union([user, primaryGroup])
        self.privileges = privileges
    }
}
