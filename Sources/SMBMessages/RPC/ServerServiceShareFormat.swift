/// Which fields a share has at a level (MS-SRVS 2.2.4.22 to 2.2.4.29).
enum ServerServiceShareFormat {
    case name
    case comment
    case uses
    case flags
    case everything
    case flagsAlone

    init?(level: UInt32) {
        switch level {
        case 0: self = .name
        case 1: self = .comment
        case 2: self = .uses
        case 501: self = .flags
        case 502: self = .everything
        case 1005: self = .flagsAlone
        default: return nil
        }
    }

    /// The structure's own fields; what they point at waits for `flush`.
    func write(_ share: ServerServiceShare, to writer: inout NDRWriter) {
        // No bit of SHI1005 is set: not in DFS, and clients may cache by hand.
        if self == .flagsAlone { return writer.write(0) }
        writer.writePointer(to: share.name)
        if self == .name { return }
        writer.write(share.kind)
        writer.writePointer(to: share.comment)
        switch self {
        case .flags:
            writer.write(0)
        case .uses, .everything:
            writer.write(0)
            writer.write(0xFFFF_FFFF)
            writer.write(share.currentUses)
            writer.writePointer(to: share.path)
            writer.writePointer(to: nil)
            if self == .everything {
                writer.write(0)
                writer.writePointer(toBytes: nil)
            }
        default:
            break
        }
    }

    /// Roughly what the entry takes, for the client's preferred maximum.
    func estimatedSize(of share: ServerServiceShare) -> Int {
        48 + 2 * (share.name.utf16.count + share.comment.utf16.count)
    }
}
