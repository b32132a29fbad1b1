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
    /// One of the ends demands signatures: then data that a fabric places, which no signature
    /// covers, is out of the question.
    var requiresSigning = false
    /// The ends agreed that data which a fabric places can be signed or encrypted by itself.
    var signsPlaced = false
    var sealsPlaced = false
}

extension Protection {
    /// What of the negotiated transforms the keys at hand can do.
    mutating func allow(_ transforms: Set<RDMATransformID>) {
        signsPlaced = transforms.contains(.signing) && signing?.signsPlacedData == true
        sealsPlaced = transforms.contains(.encryption) && cipher != nil
    }
}

/// Where a request goes: a tree of the session, and whether that share wants encryption.
struct Route: Sendable {
    let tree: TreeConnection?
    var isSealed = false

    init() { tree = nil }

    init(_ tree: TreeConnection, isSealed: Bool = false) {
        self.tree = tree
        self.isSealed = isSealed
    }

    /// On the reactor's thread.
    var treeID: UInt32 { tree?.identifier ?? 0 }
}

/// A connected share of the session, under the name that the server has for it at the moment.
/// Confined to the reactor's thread.
final class TreeConnection: @unchecked Sendable {
    let name: String
    var identifier: UInt32

    init(name: String, identifier: UInt32) {
        self.name = name
        self.identifier = identifier
    }
}
