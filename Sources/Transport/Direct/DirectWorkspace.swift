internal import Descriptors
internal import Reactor
internal import Verbs

/// Hears of a connection's events on the reactor's thread.
protocol DirectEventHandler: AnyObject {
    func connectionEvent(_ event: ConnectionEvent)
}

/// What the SMB Direct connections of one reactor share: the channel that their events come from,
/// and what is filled and emptied within one call.
final class DirectWorkspace: ReadinessHandler {
    static let chainCapacity = 64
    static let completionsPerPoll = 32
    private static let eventsPerPass = 64
    private static let headCountMax = 64
    private static let headCapacityMax = 64 << 10
    private static let inspectionNanoseconds: UInt64 = 1_000_000_000

    private struct Entry {
        var generation: UInt32
        weak var handler: (any DirectEventHandler)?
    }

    let channel: ConnectionChannel
    let sendChain = SendChain(capacity: DirectWorkspace.chainCapacity)
    let receiveChain = ReceiveChain(capacity: DirectWorkspace.chainCapacity)
    let completions = CompletionBatch(capacity: DirectWorkspace.completionsPerPoll)
    private unowned let reactor: Reactor
    private var entries: [Entry] = []
    private var freeEntries: [Int] = []
    private var heads: [[UInt8]] = []
    private var pools: [WeakPools] = []
    private var transports: [ObjectIdentifier: WeakTransport] = [:]
    private var devices: [ObjectIdentifier: DeviceWatch] = [:]
    private var partings = DirectPartings()
    private var isInspecting = false

    private init(reactor: Reactor, channel: ConnectionChannel) {
        self.reactor = reactor
        self.channel = channel
    }

    /// The reactor's workspace. Throws where the kernel has no RDMA.
    static func of(_ reactor: Reactor) throws(TransportError) -> DirectWorkspace {
        let holder = reactor.attachment { Holder() }
        if let found = holder.workspace { return found }
        do throws(VerbsError) {
            let channel = try ConnectionChannel()
            let made = DirectWorkspace(reactor: reactor, channel: channel)
            try made.listen()
            holder.workspace = made
            return made
        } catch {
            throw TransportError(error)
        }
    }

    private final class Holder {
        var workspace: DirectWorkspace?
    }

    private func listen() throws(VerbsError) {
        let descriptor = channel.descriptor
        let result = Result {
            try reactor.register(descriptor: descriptor, events: .readable, handler: self)
        }
        if case .failure = result { throw VerbsError(.current, call: "epoll_ctl") }
    }

    // MARK: - Events of connections

    /// What an identifier's events are known by, until `forget`.
    func token(for handler: any DirectEventHandler) -> UInt {
        let slot: Int
        if let free = freeEntries.popLast() {
            slot = free
        } else {
            slot = entries.count
            entries.append(Entry(generation: 1, handler: nil))
        }
        entries[slot].handler = handler
        return UInt(entries[slot].generation) << 32 | UInt(slot)
    }

    func forget(_ token: UInt) {
        let slot = Int(token & 0xFFFF_FFFF)
        guard slot < entries.count, UInt(entries[slot].generation) == token >> 32 else { return }
        entries[slot].handler = nil
        entries[slot].generation &+= 1
        freeEntries.append(slot)
    }

    private func handler(of token: UInt) -> (any DirectEventHandler)? {
        let slot = Int(token & 0xFFFF_FFFF)
        guard slot < entries.count, UInt(entries[slot].generation) == token >> 32 else {
            return nil
        }
        return entries[slot].handler
    }

    func ready(_ events: ReadinessSet) {
        for _ in 0..<Self.eventsPerPass {
            // An event of an identifier that is gone is lost with it.
            guard let event = try? channel.next() else { return }
            guard let handler = handler(of: event.token) else {
                event.identifier?.reject()
                continue
            }
            handler.connectionEvent(event)
        }
    }

    // MARK: - Memory

    func pools(for domain: DirectDomain, byteCountMax: Int) -> DirectPools {
        for entry in pools {
            if let found = entry.pools, found.domain === domain { return found }
        }
        let made = DirectPools(domain: domain, byteCountMax: byteCountMax)
        pools.removeAll { $0.domain == nil || $0.domain === domain }
        pools.append(WeakPools(pools: made, domain: domain))
        return made
    }

    func takeHead() -> [UInt8] {
        if let head = heads.popLast() { return head }
        var head: [UInt8] = []
        head.reserveCapacity(512)
        return head
    }

    func takeBack(_ head: consuming [UInt8]) {
        guard heads.count < Self.headCountMax, head.capacity <= Self.headCapacityMax else { return }
        head.removeAll(keepingCapacity: true)
        heads.append(head)
    }

    // MARK: - Devices

    func add(_ transport: DirectTransport) {
        transports[ObjectIdentifier(transport)] = WeakTransport(transport: transport)
        watch(transport.domain.device)
        guard !isInspecting else { return }
        isInspecting = true
        scheduleInspection()
    }

    func remove(_ transport: DirectTransport) {
        transports[ObjectIdentifier(transport)] = nil
    }

    /// Takes a connection's identifier that is to be let go of later. iWARP has no messages of
    /// management.
    func keepsParting(_ identifier: ConnectionIdentifier, on device: DirectDevice) -> Bool {
        guard device.device.fabric != .iwarp, let context = try? device.requireContext() else {
            return false
        }
        return partings.take(identifier, on: context)
    }

    private func watch(_ device: DirectDevice) {
        let key = ObjectIdentifier(device)
        guard devices[key] == nil, let context = try? device.requireContext() else { return }
        let watch = DeviceWatch(device: device, context: context, workspace: self)
        watch.registration = try? reactor.register(
            descriptor: context.descriptor,
            events: .readable,
            handler: watch,
        )
        devices[key] = watch
    }

    private func scheduleInspection() {
        _ = reactor.schedule(after: Self.inspectionNanoseconds) { [weak self] in self?.inspect() }
    }

    /// Once a second while there are connections: are their devices still there?
    private func inspect() {
        for (key, watch) in devices {
            if watch.device.checkIsGone() {
                lose(watch.device)
            } else if !transports.values.contains(where: { $0.isOn(watch.device) }) {
                end(key)
            }
        }
        // What the last connection's pools had is the domain's, where a listener keeps that.
        for entry in pools {
            entry.pools?.trim()
            entry.domain?.trim()
        }
        partings.release()
        DirectDevice.closeLost()
        isInspecting = !transports.isEmpty || !devices.isEmpty || DirectDevice.hasOpened
        if isInspecting { scheduleInspection() }
    }

    /// The device is gone, or going: so are the connections on it.
    func lose(_ device: DirectDevice) {
        for entry in transports.values where entry.isOn(device) {
            entry.transport?.fail(.fabric(reason: "the device \(device.device.name) is gone"))
        }
        end(ObjectIdentifier(device))
        device.lose()
        partings.release()
    }

    private func end(_ key: ObjectIdentifier) {
        guard let watch = devices.removeValue(forKey: key) else { return }
        if let registration = watch.registration { reactor.unregister(registration) }
        watch.registration = nil
    }

    fileprivate func deviceEvent(_ event: DeviceEvent, of device: DirectDevice) {
        switch event.kind {
        case .deviceFailed:
            lose(device)
        case .queuePairFailed, .completionQueueFailed, .trafficBegan:
            for entry in transports.values where entry.isOn(device) {
                entry.transport?.deviceEvent(event)
            }
        case .portChanged, .other:
            break
        }
    }

    /// Takes what the device tells all its users: another reactor may have been first.
    fileprivate final class DeviceWatch: ReadinessHandler {
        let device: DirectDevice
        private let context: DeviceContext
        private weak var workspace: DirectWorkspace?
        var registration: RegistrationID?

        init(device: DirectDevice, context: DeviceContext, workspace: DirectWorkspace) {
            self.device = device
            self.context = context
            self.workspace = workspace
        }

        func ready(_ events: ReadinessSet) {
            while let event = context.nextEvent() {
                workspace?.deviceEvent(event, of: device)
            }
        }
    }
}

private struct WeakPools {
    weak var pools: DirectPools?
    weak var domain: DirectDomain?
}

private struct WeakTransport {
    weak var transport: DirectTransport?

    func isOn(_ device: DirectDevice) -> Bool { transport?.domain.device === device }
}
