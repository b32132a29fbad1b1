internal import SMBMessages

/// A share as a server's list names it.
public struct ShareDescription: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case disk, printer, device, pipe, other
    }

    public var name: String
    public var kind: Kind
    public var comment: String
    /// Made by the system, for administrators or programs; the name mostly ends in `$`.
    public var isSpecial: Bool

    init(_ share: ServerServiceShare) {
        name = share.name
        comment = share.comment
        isSpecial = share.kind & ServerServiceShare.special != 0
        // MS-SRVS 2.2.2.4.
        kind =
            switch share.kind & 0xFF {
            case 0: .disk
            case 1: .printer
            case 2: .device
            case 3: .pipe
            default: .other
            }
    }
}
