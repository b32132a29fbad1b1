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

    /// Those in use, by the token of the open device.
    private static let known = Mutex<[UInt: WeakDevice]>([:])
    /// What the library has opened, and keeps open, though nobody may use it any more.
    private static let opened = Mutex<Set<String>>([])
    /// Rounds of `closeUnused` that are left to do.
    private static let closingRounds = Atomic<Int>(0)
    private static let closingRoundsAfterLoss = 30

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
        if let found = known.withLock({ $0[token]?.device }), !found.isLost { return found }
        let context = try DeviceContext(of: identifier)
        let path = context.path
        opened.withLock { _ = $0.insert(path) }
        let made = DirectDevice(context: context)
        known.withLock { devices in
            devices = devices.filter { $0.value.device != nil }
            devices[token] = WeakDevice(made)
        }
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
        Self.known.withLock { devices in
            if devices[token]?.device === self { devices[token] = nil }
        }
    }

    /// Whether the library may have a device open that is to be watched.
    static var hasOpened: Bool {
        closingRounds.load(ordering: .relaxed) > 0 || opened.withLock { !$0.isEmpty }
    }

    /// Has the library close devices that are gone, once the last connection has let go: the kernel
    /// may wait for that.
    static func closeLost() {
        let isAnyGone = opened.withLock { opened in
            let gone = opened.filter { DeviceContext.isGone($0) }
            opened.subtract(gone)
            return !gone.isEmpty
        }
        if isAnyGone { closingRounds.store(closingRoundsAfterLoss, ordering: .relaxed) }
        let left = closingRounds.load(ordering: .relaxed)
        guard left > 0 else { return }
        closingRounds.store(left - 1, ordering: .relaxed)
        DeviceContext.closeUnused()
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
