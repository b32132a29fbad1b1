internal import Reactor
internal import SMBMessages

extension Link {
    /// Looks for a server that went silent.
    ///
    /// A server that works on a request says so (STATUS_PENDING) or answers an ECHO meanwhile; one
    /// that does neither for the whole time-out is gone.
    func check() {
        guard isOpen else { return }
        defer { if isOpen { scheduleCheck() } }
        let now = reactor.now
        let silence = now > lastHeard ? now - lastHeard : 0
        if requests.count == 0 {
            if silence > Self.idleEchoNanoseconds { sendEcho() }
            return
        }
        let sinceFirst = requests.activeSlots.reduce(UInt64.max) { min($0, requests[$1].sentAt) }
        let waited = min(silence, now > sinceFirst ? now - sinceFirst : 0)
        if waited >= timeoutNanoseconds {
            fail(.silent(seconds: Int(timeoutNanoseconds / 1_000_000_000)))
        } else if waited >= timeoutNanoseconds / 2 {
            sendEcho()
        }
    }

    private func sendEcho() {
        guard !isEchoing, sessionID != 0 else { return }
        let handler = EchoHandler(self)
        let result = send(.echo, route: Route(), payloadCount: 0, handler: handler, token: 0) {
            EchoRequest().encode(to: &$0)
        }
        isEchoing = result == .sent
    }
}
