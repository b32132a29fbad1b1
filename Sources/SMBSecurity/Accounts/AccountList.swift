/// Users and the hashes of their passwords, held in memory: what `serve --users` reads.
///
/// Names are compared without regard to case (MS-NLMP 3.2.5.1.2); the domain that a client names
/// says nothing, since the accounts are this machine's own.
public struct AccountList: AccountDirectory, Hashable {
    private var hashes: [String: NTHash] = [:]

    public init() {}

    public var count: Int { hashes.count }

    /// Adds a user; false, changing nothing, when there is one of that name.
    @discardableResult
    public mutating func add(user: String, hash: NTHash) -> Bool {
        let key = UTF16LittleEndian.uppercase(user)
        guard hashes[key] == nil else { return false }
        hashes[key] = hash
        return true
    }

    public func ntHash(user: String, domain: String) -> NTHash? {
        hashes[UTF16LittleEndian.uppercase(user)]
    }
}
