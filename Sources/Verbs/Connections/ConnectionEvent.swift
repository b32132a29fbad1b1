internal import CVerbs

/// What happened to a connection, or to the attempt to make one.
public struct ConnectionEvent {
    public enum Kind: Hashable, Sendable {
        case addressResolved, addressFailed
        case routeResolved, routeFailed
        /// A peer wants to connect; `identifier` is new.
        case requested
        /// The peer agreed, and the caller has to bring up a queue pair of its own.
        case responded
        case connectFailed, unreachable, rejected
        case established
        case disconnected
        case deviceRemoved
        case addressChanged
        /// The number of the queue pair may be used again.
        case waitedOut
        case other(UInt32)
    }

    public let kind: Kind
    /// Zero, or what went wrong: a negated error number, or a reason of the fabric's own.
    public let status: Int32
    /// What `ConnectionIdentifier.token` was set to; of the listener for a request.
    public let token: UInt
    /// A request's connection, which whoever takes the event owns.
    public let identifier: ConnectionIdentifier?
    /// What the peer would answer at once, and what it asks at once.
    public let responderResources: UInt8
    public let initiatorDepth: UInt8
    public let privateData: [UInt8]

    init(_ event: UnsafeMutablePointer<rdma_cm_event>, channel: ConnectionChannel) {
        let number = unsafe event.pointee.event
        kind = Self.kind(of: number)
        status = unsafe event.pointee.status
        let isRequest = number == RDMA_CM_EVENT_CONNECT_REQUEST
        let identifier = unsafe event.pointee.id
        if isRequest, let identifier = unsafe identifier {
            unsafe token = UInt(bitPattern: event.pointee.listen_id?.pointee.context)
            self.identifier = unsafe ConnectionIdentifier(adopting: identifier, channel: channel)
        } else {
            unsafe token = UInt(bitPattern: identifier?.pointee.context)
            self.identifier = nil
        }
        let parameters = unsafe event.pointee.param.conn
        unsafe responderResources = parameters.responder_resources
        unsafe initiatorDepth = parameters.initiator_depth
        if let data = unsafe parameters.private_data {
            let count = unsafe Int(parameters.private_data_len)
            privateData = unsafe [UInt8](UnsafeRawBufferPointer(start: data, count: count))
        } else {
            privateData = []
        }
    }

    private static func kind(of number: rdma_cm_event_type) -> Kind {
        switch number {
        case RDMA_CM_EVENT_ADDR_RESOLVED: .addressResolved
        case RDMA_CM_EVENT_ADDR_ERROR: .addressFailed
        case RDMA_CM_EVENT_ROUTE_RESOLVED: .routeResolved
        case RDMA_CM_EVENT_ROUTE_ERROR: .routeFailed
        case RDMA_CM_EVENT_CONNECT_REQUEST: .requested
        case RDMA_CM_EVENT_CONNECT_RESPONSE: .responded
        case RDMA_CM_EVENT_CONNECT_ERROR: .connectFailed
        case RDMA_CM_EVENT_UNREACHABLE: .unreachable
        case RDMA_CM_EVENT_REJECTED: .rejected
        case RDMA_CM_EVENT_ESTABLISHED: .established
        case RDMA_CM_EVENT_DISCONNECTED: .disconnected
        case RDMA_CM_EVENT_DEVICE_REMOVAL: .deviceRemoved
        case RDMA_CM_EVENT_ADDR_CHANGE: .addressChanged
        case RDMA_CM_EVENT_TIMEWAIT_EXIT: .waitedOut
        default: .other(number.rawValue)
        }
    }
}
