internal import SMBMessages
internal import SMBSecurity

/// How the messages of a session are kept from being read or changed.
struct Protection {
    /// There once the session has a key; anonymous and guest sessions have none.
    var signing: SigningContext?
    /// Every message is signed unless it is sealed, and every answer must be.
    var signsAll = false
    var cipher: CipherContext?
    /// Everything is sealed, whatever the share says.
    var sealsAll = false
}

/// Where a request goes: a tree of the session, and whether that share wants encryption.
struct Route: Hashable, Sendable {
    var treeID: UInt32 = 0
    var isSealed = false
}
