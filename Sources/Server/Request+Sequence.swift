import SMBMessages
import SMBState

extension Request {
    /// MS-SMB2 3.3.5.2.10: refuses a change that a channel brings after its client gave it up, and
    /// a repetition whose original may still be at work. Older dialects count all the same, so
    /// that an open is known to be at rest.
    func beginSequence(on open: Open) throws(NTStatus) {
        if open.isReplayEligible, header.command != .close { open.endReplayEligibility() }
        guard sequencedOpen == nil else { return }
        let is3x = connection.negotiation?.is3x == true
        let changes =
            header.command == .write || header.command == .setInfo || header.command == .ioctl
        let verdict = open.channelSequence.begin(
            is3x ? header.channelSequence : open.channelSequence.current,
            isReplay: is3x && header.flags.contains(.replay),
            changes: changes
        )
        switch verdict {
        case .admitted(let ticket):
            sequencedOpen = open
            sequenceTicket = ticket
        case .uncounted: break
        case .refused: throw .fileNotAvailable
        }
    }

    /// The command has had its effect, or never will (MS-SMB2 3.3.4.1).
    func endSequence() {
        guard let open = sequencedOpen, let ticket = sequenceTicket else { return }
        sequencedOpen = nil
        sequenceTicket = nil
        open.channelSequence.end(ticket)
        if open.channelSequence.isQuiet, let action = open.whenQuiet {
            open.whenQuiet = nil
            action()
        }
    }
}
