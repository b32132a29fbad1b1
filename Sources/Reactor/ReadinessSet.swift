internal import CSystem

/// What a descriptor can do without blocking, or what its owner waits for.
public struct ReadinessSet: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = ReadinessSet(rawValue: csystem_epoll_in)
    public static let writable = ReadinessSet(rawValue: csystem_epoll_out)
    /// The peer sends no more. Reported only where it was asked for.
    public static let readHangup = ReadinessSet(rawValue: csystem_epoll_read_hangup)
    /// Both directions are gone. Always reported.
    public static let hangup = ReadinessSet(rawValue: csystem_epoll_hangup)
    /// The descriptor has failed. Always reported.
    public static let failed = ReadinessSet(rawValue: csystem_epoll_error)
}

/// Somebody who owns a registered descriptor.
public protocol ReadinessHandler: AnyObject {
    /// Called on the reactor's thread, again and again while the condition lasts.
    func ready(_ events: ReadinessSet)
}

/// Somebody who has work to do once per pass of the loop: replies to send in one call, a stream
/// to continue after every other connection had its turn.
public protocol PassHandler: AnyObject {
    /// Called once at the end of the pass in which `Reactor.runAtEndOfPass` was called.
    func endOfPass()
}
