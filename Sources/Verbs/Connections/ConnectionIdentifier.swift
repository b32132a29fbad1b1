internal import CVerbs
internal import Descriptors

/// One connection, one attempt to connect, or one listener. The C type is `rdma_cm_id`.
@safe public final class ConnectionIdentifier: @unchecked Sendable {
    let handle: UnsafeMutablePointer<rdma_cm_id>
    /// Lives as long as the identifier needs it.
    private var channel: ConnectionChannel

    public init(on channel: ConnectionChannel) throws(VerbsError) {
        var made: UnsafeMutablePointer<rdma_cm_id>?
        let result = unsafe rdma_create_id(channel.handle, &made, nil, RDMA_PS_TCP)
        guard result == 0, let made = unsafe made else {
            throw VerbsError(.current, call: "rdma_create_id")
        }
        unsafe handle = made
        self.channel = channel
        LiveObjects.add(1)
    }

    init(adopting handle: UnsafeMutablePointer<rdma_cm_id>, channel: ConnectionChannel) {
        unsafe self.handle = handle
        unsafe handle.pointee.context = nil
        self.channel = channel
        LiveObjects.add(1)
    }

    deinit {
        unsafe rdma_destroy_id(handle)
        LiveObjects.add(-1)
    }

    /// What the events of this identifier are known by.
    public var token: UInt {
        get { unsafe UInt(bitPattern: handle.pointee.context) }
        set { unsafe handle.pointee.context = UnsafeMutableRawPointer(bitPattern: newValue) }
    }

    /// Tells devices apart while they are open; zero before the identifier is bound to one.
    public var deviceToken: UInt { unsafe UInt(bitPattern: handle.pointee.verbs) }

    /// The device's port, from 1.
    public var portNumber: Int { unsafe Int(handle.pointee.port_num) }

    public var localAddress: NetworkAddress {
        unsafe NetworkAddress(rdma_get_local_addr(handle))
    }

    public var peerAddress: NetworkAddress {
        unsafe NetworkAddress(rdma_get_peer_addr(handle))
    }

    // MARK: - Listening

    public func bind(to address: NetworkAddress) throws(VerbsError) {
        DeviceList.refresh()
        let result = unsafe address.withNative { unsafe rdma_bind_addr(handle, $0) }
        try VerbsError.checkConnection(result, "rdma_bind_addr")
    }

    public func listen(backlog: Int32) throws(VerbsError) {
        try VerbsError.checkConnection(unsafe rdma_listen(handle, backlog), "rdma_listen")
    }

    /// Whether an address may be bound that was in use a moment ago.
    public func setReusesAddress() throws(VerbsError) {
        var one: Int32 = 1
        let size = MemoryLayout<Int32>.size
        let result = unsafe rdma_set_option(
            handle,
            Int32(RDMA_OPTION_ID),
            Int32(RDMA_OPTION_ID_REUSEADDR),
            &one,
            size,
        )
        try VerbsError.checkConnection(result, "rdma_set_option")
    }

    // MARK: - Connecting

    public func resolve(
        _ address: NetworkAddress,
        timeoutMilliseconds: Int32
    ) throws(VerbsError) {
        DeviceList.refresh()
        let result = unsafe address.withNative {
            unsafe rdma_resolve_addr(handle, nil, $0, timeoutMilliseconds)
        }
        try VerbsError.checkConnection(result, "rdma_resolve_addr")
    }

    /// A packet is sent again when it was not acknowledged in 4.096 microseconds times two to the
    /// power of this. To be set before the route is resolved, or a request is accepted.
    public func setAcknowledgeTimeout(_ exponent: UInt8) throws(VerbsError) {
        var value = exponent
        let result = unsafe rdma_set_option(
            handle,
            Int32(RDMA_OPTION_ID),
            Int32(RDMA_OPTION_ID_ACK_TIMEOUT),
            &value,
            1,
        )
        try VerbsError.checkConnection(result, "rdma_set_option")
    }

    public func resolveRoute(timeoutMilliseconds: Int32) throws(VerbsError) {
        let result = unsafe rdma_resolve_route(handle, timeoutMilliseconds)
        try VerbsError.checkConnection(result, "rdma_resolve_route")
    }

    public func connect(_ parameters: ConnectionParameters) throws(VerbsError) {
        let result = unsafe parameters.withNative { unsafe rdma_connect(handle, $0) }
        try VerbsError.checkConnection(result, "rdma_connect")
    }

    public func accept(_ parameters: ConnectionParameters) throws(VerbsError) {
        let result = unsafe parameters.withNative { unsafe rdma_accept(handle, $0) }
        try VerbsError.checkConnection(result, "rdma_accept")
    }

    /// Refuses a request. The peer of one that is merely let go would wait.
    public func reject() { unsafe _ = rdma_reject(handle, nil, 0) }

    /// Ends the connection: the peer is told, and the queue pair takes no more.
    public func disconnect() { unsafe _ = rdma_disconnect(handle) }

    /// Says that a message came before the fabric's word that the connection stands.
    public func noticeTraffic() { unsafe _ = rdma_notify(handle, IBV_EVENT_COMM_EST) }

    /// Continues on another thread's channel. No event of this identifier may be in hand.
    public func move(to target: ConnectionChannel) throws(VerbsError) {
        let result = unsafe rdma_migrate_id(handle, target.handle)
        try VerbsError.checkConnection(result, "rdma_migrate_id")
        channel = target
    }
}
