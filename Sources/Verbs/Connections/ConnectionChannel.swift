internal import CVerbs
internal import Descriptors

/// Where the events of connections come out. The C type is `rdma_event_channel`.
///
/// It belongs to one thread: events are taken there, and the identifiers of the channel are used
/// there.
@safe public final class ConnectionChannel: @unchecked Sendable {
    let handle: UnsafeMutablePointer<rdma_event_channel>

    public init() throws(VerbsError) {
        DeviceList.refresh()
        guard let channel = unsafe rdma_create_event_channel() else {
            throw VerbsError(.current, call: "rdma_create_event_channel")
        }
        unsafe handle = channel
        LiveObjects.add(1)
        try VerbsError.setNonblocking(unsafe channel.pointee.fd)
    }

    deinit {
        unsafe rdma_destroy_event_channel(handle)
        LiveObjects.add(-1)
    }

    /// Readable when there is an event.
    public var descriptor: Int32 { unsafe handle.pointee.fd }

    /// The next event, which is acknowledged already; nil when there is none.
    public func next() throws(VerbsError) -> ConnectionEvent? {
        var event: UnsafeMutablePointer<rdma_cm_event>?
        guard unsafe rdma_get_cm_event(handle, &event) == 0, let event = unsafe event else {
            let error = Errno.current
            if error == .wouldBlock || error == .interrupted { return nil }
            throw VerbsError(error, call: "rdma_get_cm_event")
        }
        let copy = unsafe ConnectionEvent(event, channel: self)
        unsafe rdma_ack_cm_event(event)
        return copy
    }
}
