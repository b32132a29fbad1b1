internal import CVerbs
internal import Descriptors

/// Where finished work requests come out. The C type is `ibv_cq`.
@safe public final class CompletionQueue: @unchecked Sendable {
    /// Acknowledging takes a lock: many events are acknowledged at once.
    private static let eventsPerAcknowledgement: UInt32 = 64

    let handle: UnsafeMutablePointer<ibv_cq>
    private let channel: CompletionChannel
    private var unacknowledged: UInt32 = 0

    /// `depth` covers every request that may be under way: a queue that runs over is lost.
    public init(on channel: CompletionChannel, depth: Int) throws(VerbsError) {
        let depth = Int32(clamping: depth)
        let context = unsafe channel.context.handle
        guard let queue = unsafe ibv_create_cq(context, depth, nil, channel.handle, 0) else {
            throw VerbsError(.current, call: "ibv_create_cq")
        }
        unsafe handle = queue
        self.channel = channel
        LiveObjects.add(1)
    }

    deinit {
        if unacknowledged > 0 { unsafe ibv_ack_cq_events(handle, unacknowledged) }
        unsafe ibv_destroy_cq(handle)
        LiveObjects.add(-1)
    }

    /// See `DeviceEvent.token` and `CompletionChannel.next`.
    public var token: UInt { unsafe UInt(bitPattern: handle) }

    /// Asks for one event when the next request is completed. What was completed before tells
    /// nobody: poll once more afterwards.
    public func arm() throws(VerbsError) {
        try VerbsError.check(unsafe ibv_req_notify_cq(handle, 0), "ibv_req_notify_cq")
    }

    /// The channel has handed out an event of this queue.
    public func noticeEvent() {
        unacknowledged += 1
        guard unacknowledged >= Self.eventsPerAcknowledgement else { return }
        unsafe ibv_ack_cq_events(handle, unacknowledged)
        unacknowledged = 0
    }

    /// Takes what is finished, up to the batch's room.
    public func poll(into batch: CompletionBatch) throws(VerbsError) {
        let count = unsafe ibv_poll_cq(handle, Int32(batch.capacity), batch.entries)
        batch.count = Int(max(0, count))
        if count < 0 { throw VerbsError(.inputOutput, call: "ibv_poll_cq") }
    }
}
