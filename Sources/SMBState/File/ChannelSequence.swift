/// Tells the requests of a channel that failed from those that came after it, for one open
/// (MS-SMB2 3.3.1.10, 3.3.5.2.10).
///
/// A client that loses a channel counts its ChannelSequence up and sends again, on another channel,
/// what was not answered. Requests of the old channel that arrive late are refused where they
/// would change something, and a repetition is refused while its original may still be at work.
public struct ChannelSequence: Hashable, Sendable {
    /// Remembers a request that was let in; it comes back when the request has had its effect.
    public struct Ticket: Hashable, Sendable {
        fileprivate var era: UInt64
    }

    public enum Verdict: Hashable, Sendable {
        case admitted(Ticket)
        /// Stale, but harmless: it runs and is not counted.
        case uncounted
        /// STATUS_FILE_NOT_AVAILABLE.
        case refused
    }

    /// Open.ChannelSequence.
    public private(set) var current: UInt16
    /// Open.OutstandingRequestCount.
    public private(set) var outstandingCount = 0
    /// Open.OutstandingPreRequestCount.
    public private(set) var precedingCount = 0
    /// Counts the changes of `current`: sixteen bits come round while a request waits.
    private var era: UInt64 = 0

    public init(_ current: UInt16 = 0) { self.current = current }

    /// Nothing that names the open is at work.
    public var isQuiet: Bool { outstandingCount == 0 && precedingCount == 0 }

    /// A request arrives. `changes` is true of WRITE, SET_INFO and IOCTL, which alone are refused.
    public mutating func begin(
        _ sequence: UInt16,
        isReplay: Bool,
        changes: Bool
    ) -> Verdict {
        let stale: Verdict = changes ? .refused : .uncounted
        if sequence != current {
            guard sequence &- current <= 0x7FFF else { return stale }
            advance(to: sequence)
        }
        // A repetition must not overtake what it repeats.
        if isReplay, precedingCount > 0 { return stale }
        outstandingCount += 1
        return .admitted(Ticket(era: era))
    }

    /// The request was answered, or given up for good.
    public mutating func end(_ ticket: Ticket) {
        if ticket.era == era {
            outstandingCount -= 1
        } else {
            precedingCount -= 1
        }
    }

    /// The open belongs to another session now, which counts anew (MS-SMB2 3.3.5.9.7,
    /// 3.3.5.9.12).
    public mutating func restart(at sequence: UInt16) { advance(to: sequence) }

    private mutating func advance(to sequence: UInt16) {
        precedingCount += outstandingCount
        outstandingCount = 0
        current = sequence
        era += 1
    }
}
