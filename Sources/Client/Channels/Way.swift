internal import Reactor

/// One way to the server, whether there is a connection on it or not.
struct Way {
    /// How long a way without a connection is left alone: doubled with every failure.
    static let pauseMinimum: UInt64 = 50_000_000
    static let pauseMaximumBusy: UInt64 = 2_000_000_000
    static let pauseMaximumIdle: UInt64 = 30_000_000_000

    let endpoint: Endpoint
    var bitsPerSecond: UInt64
    var link: Link?
    var isConnecting = false
    var pause = Way.pauseMinimum
    var timer: TimerID?

    init(endpoint: Endpoint, bitsPerSecond: UInt64) {
        self.endpoint = endpoint
        self.bitsPerSecond = bitsPerSecond
    }
}
