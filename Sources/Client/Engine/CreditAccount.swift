/// The credits that the server has granted and the message ids that they pay for.
///
/// MS-SMB2 3.2.4.1.2, 3.2.4.1.3, 3.2.4.1.5. Ids are handed out in order, so what the server sees is
/// a window that moves forward without holes.
struct CreditAccount: Equatable {
    /// What the client works up to: enough for dozens of requests of a megabyte.
    static let target = 1024

    /// MS-SMB2 3.1.5.2.
    static let bytesPerCredit = 65536

    private(set) var available = 1
    private(set) var nextMessageID: UInt64 = 0
    /// Requests may cost more than one credit (SMB2_GLOBAL_CAP_LARGE_MTU).
    var supportsMultiCredit = false

    /// What a request costs that carries or is answered with this many bytes.
    func charge(forBytes count: Int) -> Int {
        supportsMultiCredit ? max(1, (count - 1) / Self.bytesPerCredit + 1) : 1
    }

    /// The first message id of a request, or nil until the server grants more.
    mutating func take(charge: Int) -> UInt64? {
        guard charge <= available else { return nil }
        available -= charge
        defer { nextMessageID += UInt64(charge) }
        return nextMessageID
    }

    /// MS-SMB2 3.2.5.1.4. A server cannot grant more than the sixteen bits of a window.
    mutating func grant(_ credits: UInt16) {
        available = min(available + Int(credits), Int(UInt16.max))
    }

    /// What to ask for with a request of this charge: what it costs, and more until the target.
    func request(forCharge charge: Int) -> UInt16 {
        UInt16(clamping: charge + max(0, min(Self.target - available, 256)))
    }
}
