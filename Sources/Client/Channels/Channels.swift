internal import Reactor
internal import SMBMessages
internal import SMBSecurity

/// The connections of one session: where its requests go, and where they go next when one of the
/// connections dies (MS-SMB2 3.2.4.1.7, 3.2.7.1).
///
/// Confined to the reactor's thread; `async` callers reach it through `exchange`.
final class Channels: @unchecked Sendable {
    /// Exchanges that wait for a channel; more are refused.
    static let waitingMax = 4096
    /// Opens of one session.
    static let opensMax = 65536
    /// Breaks of oplocks that overtook the answer to their CREATE.
    static let earlyBreaksMax = 16
    /// Before the server is asked again for what it has not finished on a lost channel.
    static let refusalPauseNanoseconds: UInt64 = 20_000_000
    /// As long as a server may take to hear of the end of the lost channel: half a minute.
    static let refusalsMax = 1500

    let reactor: Reactor
    /// Makes channels; nil for a script of a test, which loses its session with its link.
    let maker: ChannelMaker?
    /// What lies on the way of the session's first connection, and what else the server named.
    var ways: [Way] = []
    private(set) var links: [Link] = []
    var security: SessionSecurity
    /// The last session that was made, if only to be lost again before it could be used: it may
    /// have the opens by now.
    var latestSessionID: UInt64
    /// MS-SMB2 3.2.1.3, Session.ChannelSequence.
    private(set) var sequence: UInt16 = 0
    /// Set when the session is over; every later request fails with it.
    private(set) var failure: ClientError?
    /// The trees of the session, and its opens that are to survive it.
    var trees: [TreeConnection] = []
    var opens: [OpenFile] = []
    var earlyBreaks: [OplockBreakNotification] = []
    /// Without any channel, or on their way from one to the next.
    var waiting: [Exchange] = []
    private var stranded: [Exchange] = []
    private var waiters: [any ChannelWaiter] = []
    private var wakingWaiters: [any ChannelWaiter] = []
    var isRecovering = false
    /// How often the session was without a channel and has one again.
    var recoveryCount = 0
    /// The last word on why there is no channel.
    var lossError = ClientError.lost
    var firstWaits: [FirstWait] = []
    var deadline: TimerID?
    /// When a stream last had an answer: a reason to look for a better channel soon.
    var lastBulk: UInt64 = 0

    init(_ link: Link, security: SessionSecurity, maker: ChannelMaker?) {
        reactor = link.reactor
        self.security = security
        latestSessionID = security.sessionID
        self.maker = maker
        ways = [Way(endpoint: link.endpoint, bitsPerSecond: link.bitsPerSecond)]
        add(link, way: 0)
    }

    /// A session of a script, past its handshake.
    convenience init(script link: Link) {
        self.init(
            link,
            security: SessionSecurity(sessionID: link.sessionID, link.protection),
            maker: nil
        )
    }

    var isOpen: Bool { failure == nil }

    /// MS-SMB2 3.2.4.1: whether requests say which channel change they come after, and whether
    /// they were sent before. Dialect 2.1 has no words for it.
    var marksRepeats: Bool { maker?.marksRepeats ?? true }

    /// A channel whose handshake is over.
    func add(_ link: Link, way index: Int) {
        link.owner = self
        link.channelSequence = marksRepeats ? sequence : 0
        link.bitsPerSecond = ways[index].bitsPerSecond
        ways[index].link = link
        ways[index].pause = Way.pauseMinimum
        links.append(link)
        maker?.noticed(.found(ChannelDescription(link)))
        if let deadline { reactor.cancel(deadline) }
        deadline = nil
        let ready = waiting
        waiting.removeAll()
        for exchange in ready { begin(exchange) }
        wake()
    }

    func close() {
        guard failure == nil else { return }
        failure = .closed
        endWays()
        let ending = links
        links.removeAll()
        for link in ending { link.close() }
    }

    /// The session is over, and why.
    func die(_ error: ClientError) {
        guard failure == nil else { return }
        failure = error
        endWays()
        let ending = links
        links.removeAll()
        for link in ending { link.fail(error) }
        let lost = waiting + stranded
        waiting.removeAll()
        stranded.removeAll()
        for exchange in lost { exchange.fail(error) }
        wake()
    }

    /// `waiter` is told once when there may be room for its requests.
    func notifyWhenReady(_ waiter: any ChannelWaiter) {
        guard !waiters.contains(where: { $0 === waiter }) else { return }
        waiters.append(waiter)
    }

    private func wake() {
        guard !waiters.isEmpty, wakingWaiters.isEmpty else { return }
        swap(&waiters, &wakingWaiters)
        for waiter in wakingWaiters { waiter.channelsReady() }
        wakingWaiters.removeAll(keepingCapacity: true)
    }
}

/// Waits for a channel with credits, to go on when there is one.
protocol ChannelWaiter: AnyObject {
    func channelsReady()
}

extension Channels: LinkOwner {
    func linkFailed(_ link: Link, error: ClientError) {
        guard failure == nil else { return }
        links.removeAll { $0 === link }
        if let index = ways.firstIndex(where: { $0.link === link }) { ways[index].link = nil }
        // Somebody tampers with messages: nothing of this session is to be believed any more.
        guard error.kind == .network else { return die(error) }
        // MS-SMB2 3.2.7.1.
        sequence &+= 1
        if marksRepeats {
            for link in links { link.channelSequence = sequence }
        }
        lossError = error
        maker?.noticed(.lost(ChannelDescription(link), error))
    }

    func linkEnded(_ link: Link) {
        guard failure == nil else { return }
        let again = stranded
        stranded.removeAll()
        if links.isEmpty { recover() } else { mend() }
        for exchange in again {
            exchange.setAfloat()
            begin(exchange)
        }
        wake()
    }

    func linkHeard(_ link: Link) { wake() }

    /// Keeps an exchange until its link has ended.
    func takesBack(_ exchange: Exchange, wasSent: Bool) -> Bool {
        guard failure == nil, canRecover || !links.isEmpty,
            exchange.isRepeatable || !wasSent
        else { return false }
        stranded.append(exchange)
        return true
    }
}
