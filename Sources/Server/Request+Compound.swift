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
        createdFileID = nil
        chainFailure = chain.begin(&header)
    }

    /// Keeps what the next related command goes on with.
    func inherit(from status: NTStatus) {
        var ended = header
        if let replySessionID { ended.sessionID = replySessionID }
        if let replyTreeID { ended.treeID = replyTreeID }
        chain.end(ended, status: status, created: createdFileID)
    }

    /// Message ids that the command uses up: dialects without multi-credit requests leave the
    /// field unused (MS-SMB2 3.3.5.2.3).
    var charge: Int {
        connection.negotiation?.supportsMultiCredit == true ? max(1, Int(header.creditCharge)) : 1
    }

    /// MS-SMB2 3.3.5.2.5: whether the request paid for the bytes that it moves.
    func checkCreditCharge(payloadCount: Int) throws(NTStatus) {
        let isPaid = CreditCharge.isSufficient(
            header.creditCharge,
            sent: payloadCount,
            expected: 0,
            supportsMultiCredit: connection.negotiation?.supportsMultiCredit == true
        )
        guard isPaid else { throw .invalidParameter }
    }

    /// The response's body becomes an error without data (MS-SMB2 2.2.2).
    func replaceBodyWithError(_ error: ErrorResponse = ErrorResponse()) {
        writer.truncate(to: Header.size)
        error.encode(to: &writer)
        payload = .none
        dropPlaced()
    }
}
