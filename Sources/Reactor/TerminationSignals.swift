internal import CSystem
public import Descriptors

/// SIGTERM and SIGINT as an event of a reactor.
public final class TerminationSignals: ReadinessHandler, @unchecked Sendable {
    private let descriptor: FileDescriptor
    private var registration: RegistrationID?
    private var handler: ((Int32) -> Void)?

    /// Takes the two signals away from the process. Call it in the main thread before any other
    /// thread is started: threads inherit what is blocked.
    public init() throws(Errno) {
        descriptor = FileDescriptor(owning: try Errno.check(csystem_termination_signals()))
    }

    /// Calls `handler` on the reactor's thread for every signal that arrives, from now on.
    /// Must be called on that thread.
    public func deliver(
        on reactor: Reactor,
        to handler: @escaping (Int32) -> Void
    ) throws(Errno) {
        self.handler = handler
        registration = try reactor.register(
            descriptor: descriptor.rawValue,
            events: .readable,
            handler: self,
        )
    }

    public func ready(_ events: ReadinessSet) {
        let signal = csystem_signalfd_read(descriptor.rawValue)
        if signal > 0 { handler?(signal) }
    }
}
