internal import CSystem
public import Descriptors

/// Names a registered descriptor; stale names are harmless.
public struct RegistrationID: Hashable, Sendable {
    let slot: Int32
    let generation: UInt32

    var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: slot)) }

    init(slot: Int32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    init(token: UInt64) {
        slot = Int32(bitPattern: UInt32(truncatingIfNeeded: token))
        generation = UInt32(token >> 32)
    }
}

struct Registration {
    /// No slot has the highest number.
    static let wakeupToken = UInt64.max

    var generation: UInt32
    var descriptor: Int32
    var events: ReadinessSet
    var handler: (any ReadinessHandler)?
}

extension Reactor {
    /// Tells `handler` whenever `descriptor` is ready, until `unregister`. The reactor keeps the
    /// handler alive meanwhile.
    public func register(
        descriptor: Int32,
        events: ReadinessSet,
        handler: any ReadinessHandler
    ) throws(Errno) -> RegistrationID {
        let slot: Int32
        if let free = freeRegistrations.popLast() {
            slot = free
        } else {
            slot = Int32(registrations.count)
            registrations.append(
                Registration(generation: 0, descriptor: -1, events: [], handler: nil)
            )
        }
        let id = RegistrationID(slot: slot, generation: registrations[Int(slot)].generation)
        let result = csystem_epoll_control(
            epoll.rawValue,
            EPOLL_CTL_ADD,
            descriptor,
            events.rawValue,
            id.token,
        )
        guard result >= 0 else {
            freeRegistrations.append(slot)
            throw Errno(rawValue: -result)
        }
        registrations[Int(slot)].descriptor = descriptor
        registrations[Int(slot)].events = events
        registrations[Int(slot)].handler = handler
        return id
    }

    /// Changes what the owner waits for.
    public func modify(_ id: RegistrationID, events: ReadinessSet) {
        guard isCurrentRegistration(id) else { return }
        let slot = Int(id.slot)
        guard registrations[slot].events != events else { return }
        registrations[slot].events = events
        let result = csystem_epoll_control(
            epoll.rawValue,
            EPOLL_CTL_MOD,
            registrations[slot].descriptor,
            events.rawValue,
            id.token,
        )
        precondition(result >= 0, "a registered descriptor was closed by somebody else")
    }

    /// Forgets the descriptor, which must still be open. Events already taken from the kernel are
    /// not delivered.
    public func unregister(_ id: RegistrationID) {
        guard isCurrentRegistration(id) else { return }
        let slot = Int(id.slot)
        _ = csystem_epoll_control(
            epoll.rawValue,
            EPOLL_CTL_DEL,
            registrations[slot].descriptor,
            0,
            0,
        )
        registrations[slot].handler = nil
        registrations[slot].descriptor = -1
        registrations[slot].generation &+= 1
        freeRegistrations.append(id.slot)
    }

    private func isCurrentRegistration(_ id: RegistrationID) -> Bool {
        let slot = Int(id.slot)
        return slot >= 0 && slot < registrations.count
            && registrations[slot].generation == id.generation
            && registrations[slot].handler != nil
    }

    /// Hands the events of one `epoll_wait` to their owners.
    func dispatch(_ count: Int) {
        for index in 0..<Int32(count) {
            let token = unsafe csystem_epoll_token(events, index)
            if token == Registration.wakeupToken {
                _ = csystem_eventfd_drain(wakeup.rawValue)
                continue
            }
            let id = RegistrationID(token: token)
            guard isCurrentRegistration(id), let handler = registrations[Int(id.slot)].handler
            else { continue }
            let ready = unsafe csystem_epoll_events(events, index)
            handler.ready(ReadinessSet(rawValue: ready))
        }
    }

    /// Fires once, on this thread, unless cancelled.
    public func schedule(
        after nanoseconds: UInt64,
        _ fire: @escaping () -> Void
    ) -> TimerID {
        let current = clock?.now ?? csystem_monotonic_nanoseconds()
        let (deadline, overflow) = current.addingReportingOverflow(nanoseconds)
        return timers.insert(deadline: overflow ? .max : deadline, fire: fire)
    }

    public func cancel(_ id: TimerID) { timers.cancel(id) }

    /// Calls `handler` when the events of this pass have been handled (once per call of this).
    public func runAtEndOfPass(_ handler: any PassHandler) { passHandlers.append(handler) }
}
