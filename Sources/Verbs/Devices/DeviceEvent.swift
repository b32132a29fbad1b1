internal import CVerbs

/// What a device tells without being asked.
public struct DeviceEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A queue pair cannot go on.
        case queuePairFailed
        /// A completion queue has run over; its queue pairs cannot go on.
        case completionQueueFailed
        case deviceFailed
        /// A message came before the fabric's word that the connection stands.
        case trafficBegan
        case portChanged
        case other(UInt32)
    }

    public var kind: Kind
    /// What identifies the queue pair, or the completion queue, as `QueuePair.token` and
    /// `CompletionQueue.token`; zero for other events.
    public var token: UInt

    init(_ event: ibv_async_event) {
        switch unsafe event.event_type {
        case IBV_EVENT_QP_FATAL, IBV_EVENT_QP_REQ_ERR, IBV_EVENT_QP_ACCESS_ERR,
            IBV_EVENT_PATH_MIG_ERR:
            kind = .queuePairFailed
            token = unsafe UInt(bitPattern: event.element.qp)
        case IBV_EVENT_COMM_EST:
            kind = .trafficBegan
            token = unsafe UInt(bitPattern: event.element.qp)
        case IBV_EVENT_CQ_ERR:
            kind = .completionQueueFailed
            token = unsafe UInt(bitPattern: event.element.cq)
        case IBV_EVENT_DEVICE_FATAL:
            kind = .deviceFailed
            token = 0
        case IBV_EVENT_PORT_ACTIVE, IBV_EVENT_PORT_ERR, IBV_EVENT_GID_CHANGE:
            kind = .portChanged
            token = 0
        case let number:
            kind = .other(number.rawValue)
            token = 0
        }
    }
}
