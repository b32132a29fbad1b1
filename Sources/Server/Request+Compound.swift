import SMBMessages
import SMBState
import Transport
import Wire

extension Request {
    /// Takes the next command's header, with what it inherits (MS-SMB2 3.3.5.2.7.2).
    func adopt(_ decoded: Header) {
        header = decoded
        session = nil
        tree = nil
        replySigning = nil
        replySessionID = nil
        replyTreeID = nil
        asyncID = 0
        if decoded.flags.contains(.related), commandIndex > 0 {
            header.sessionID = inheritedSessionID
            header.treeID = inheritedTreeID
        } else {
            inheritedFileID = nil
            inheritedFailure = nil
        }
    }

    /// Why a command of a compound fails before it is looked at.
    var chainFailure: NTStatus? {
        guard header.flags.contains(.related) else { return nil }
        // Windows refuses a chain that begins in the middle (MS-SMB2 3.3.5.2.7.2).
        if commandIndex == 0 { return .invalidParameter }
        return inheritedFailure
    }

    /// Keeps what the next related command goes on with.
    func inherit(from status: NTStatus) {
        inheritedSessionID = replySessionID ?? header.sessionID
        inheritedTreeID = replyTreeID ?? header.treeID
        // The FileId of a CREATE that failed can be used by nobody; a failure of anything else
        // leaves the open as it was, and a CLOSE behind it has to work.
        let lostFile = header.command == .create && status.isError
        let lostChain = commandIndex == 0 && header.flags.contains(.related)
        if lostFile || lostChain { inheritedFailure = status }
    }

    /// Message ids that the command uses up: dialects without multi-credit requests leave the
    /// field unused (MS-SMB2 3.3.5.2.3).
    var charge: Int {
        connection.negotiation?.supportsMultiCredit == true ? max(1, Int(header.creditCharge)) : 1
    }

    /// MS-SMB2 3.3.5.2.5: whether the request paid for the bytes that it moves.
    func checkCreditCharge(payloadCount: Int) throws(NTStatus) {
        guard connection.negotiation?.supportsMultiCredit == true else { return }
        guard payloadCount <= max(1, Int(header.creditCharge)) * 65_536 else {
            throw .invalidParameter
        }
    }

    /// The response's body becomes an error without data (MS-SMB2 2.2.2).
    func replaceBodyWithError(_ error: ErrorResponse = ErrorResponse()) {
        writer.truncate(to: Header.size)
        error.encode(to: &writer)
        payload = .none
    }
}
