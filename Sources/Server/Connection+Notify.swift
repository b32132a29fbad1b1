import SMBMessages
import SMBSecurity
import Transport
import Wire

extension Connection {
    /// Sends a message that nobody asked for: an oplock or lease break (MS-SMB2 3.3.4.6). It is
    /// never signed, and sealed when everything of the session is.
    func sendNotification(on session: Session, _ body: (inout WireWriter) -> Void) {
        guard !isClosed else { return }
        var writer = WireWriter(recycling: transport.takeScratch())
        let header = Header(command: .oplockBreak, messageID: .max, flags: .response)
        header.encode(to: &writer)
        body(&writer)
        var head = writer.finish()
        if session.encryptsData, let cipher = session.cipher {
            head.insert(contentsOf: repeatElement(0, count: CipherContext.headerCount), at: 0)
            do {
                try cipher.seal(&head, sessionID: session.sessionID)
            } catch {
                return close(flushing: true)
            }
        }
        transport.send(OutboundMessage(head: head))
    }
}
