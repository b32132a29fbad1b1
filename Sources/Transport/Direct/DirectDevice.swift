internal import Descriptors
internal import Synchronization
internal import Verbs

/// A device that connections of this process use, and the domains on it.
final class DirectDevice: Sendable {
    static let goneError = VerbsError(.noSuchAddress, call: "ibv_open_device")

    private struct State {
        var context: DeviceContext?
        var serverDomain: WeakDomain?
        /// By the peer's address: memory exposed to one server is no business of another's.
        var clientDomains: [[UInt8]: WeakDomain] = [:]
        var domains: [WeakDomain] = []
    }

    private struct Registry {
        /// Those in use, by the token of the open device.
        var known: [UInt: WeakDevice] = [:]
        /// What this process has open, whether anybody uses it or not: until it is gone.
        var contexts: [UInt: DeviceContext] = [:]
    }

    private static let registry = Mutex(Registry())

    let device: Device
    private let token: UInt
    private let state: Mutex<State>

    private init(context: DeviceContext) {
        device = context.device
        token = context.token
        state = Mutex(State(context: context))
    }

    /// The device that an identifier is bound to.
    static func device(of identifier: ConnectionIdentifier) throws(VerbsError) -> DirectDevice {
        let token = identifier.deviceToken
        guard token != 0 else { throw goneError }
        let result = registry.withLock { registry in
            Result { () throws(VerbsError) in try device(of: identifier, token, in: &registry) }
        }
        return try result.get()
    }

    private static func device(
        of identifier: ConnectionIdentifier,
        _ token: UInt,
        in registry: inout Registry
    ) throws(VerbsError) -> DirectDevice {
        if let found = registry.known[token]?.device, !found.isLost { return found }
        let context: DeviceContext
        if let open = registry.contexts[token] {
            context = open
        } else {
            context = try DeviceContext(of: identifier)
            registry.contexts[token] = context
        }
        guard !context.isGone else { throw goneError }
        let made = DirectDevice(context: context)
        registry.known = registry.known.filter { $0.value.device != nil }
        registry.known[token] = WeakDevice(made)
        return made
    }

    /// Nothing can be done with it any more.
    var isLost: Bool { state.withLock { $0.context == nil } }

    func requireContext() throws(VerbsError) -> DeviceContext {
        guard let context = state.withLock({ $0.context }) else { throw Self.goneError }
        return context
    }

    func add(_ domain: DirectDomain) {
        state.withLock { state in
            state.domains.removeAll { $0.domain == nil }
            state.domains.append(WeakDomain(domain))
        }
    }

    /// For connections that a peer made: nobody but this process and its device touches the memory.
    func serverDomain() throws(VerbsError) -> DirectDomain {
        if device.fabric == .iwarp && !device.isSoftIWARP {
            // An RNIC wants the memory that a READ fills to be writable by the peer. So it is, in a
            // domain that no other peer's queue pair belongs to.
            return try DirectDomain(on: self, access: .remoteWrite)
        }
        if let found = state.withLock({ $0.serverDomain?.domain }) { return found }
        let made = try DirectDomain(on: self, access: [])
        state.withLock { $0.serverDomain = WeakDomain(made) }
        return made
    }

    /// For connections to a server, which reads and writes what is described to it.
    func clientDomain(for peer: [UInt8]) throws(VerbsError) -> DirectDomain {
        if let found = state.withLock({ $0.clientDomains[peer]?.domain }) { return found }
        let made = try DirectDomain(on: self, access: [.remoteRead, .remoteWrite])
        state.withLock { state in
            state.clientDomains = state.clientDomains.filter { $0.value.domain != nil }
            state.clientDomains[peer] = WeakDomain(made)
        }
        return made
    }

    /// Whether the kernel is about to take the device away, which it may only tell this way.
    func checkIsGone() -> Bool {
        guard let context = state.withLock({ $0.context }) else { return true }
        return context.isGone
    }

    /// Gives up everything of the device that is not a connection's own.
    func lose() {
        let lost = state.withLock { state in
            guard state.context != nil else { return false }
            state.context = nil
            for entry in state.domains { entry.domain?.revoke() }
            state.domains = []
            return true
        }
        guard lost else { return }
        Self.registry.withLock { registry in
            if registry.known[token]?.device === self { registry.known[token] = nil }
        }
    }

    /// Whether the process has a device open that is to be watched.
    static var hasOpened: Bool { registry.withLock { !$0.contexts.isEmpty } }

    /// Lets go of devices that are gone: the kernel may wait for that. Each is closed when the last
    /// connection has let go of it too.
    static func closeLost() {
        let gone = registry.withLock { registry in
            let gone = registry.contexts.filter { $0.value.isGone }
            for token in gone.keys { registry.contexts[token] = nil }
            return gone
        }
        // Outside the lock, for this closes devices.
        _ = consume gone
    }
}

private struct WeakDevice: Sendable {
    weak let device: DirectDevice?

    init(_ device: DirectDevice) { self.device = device }
}

private struct WeakDomain: Sendable {
    weak let domain: DirectDomain?

    init(_ domain: DirectDomain) { self.domain = domain }
}
