internal import CVerbs
internal import Descriptors

/// Where finished work requests come out, with a descriptor that tells when to look. The C types
/// are `ibv_cq` and `ibv_comp_channel`.
@safe public final class CompletionQueue: @unchecked Sendable {
    /// Acknowledging takes a lock: many events are acknowledged at once.
    private static let eventsPerAcknowledgement: UInt32 = 64

    let handle: UnsafeMutablePointer<ibv_cq>
    private let channel: UnsafeMutablePointer<ibv_comp_channel>
    private let context: DeviceContext
    private var unacknowledged: UInt32 = 0

    /// `depth` covers every request that may be under way: a queue that runs over is lost.
    public init(on context: DeviceContext, depth: Int) throws(VerbsError) {
        guard let channel = unsafe ibv_create_comp_channel(context.handle) else {
            throw VerbsError(.current, call: "ibv_create_comp_channel")
        }
        do {
            try VerbsError.setNonblocking(unsafe channel.pointee.fd)
        } catch {
            unsafe ibv_destroy_comp_channel(channel)
            throw error
        }
        let depth = Int32(clamping: depth)
        guard let queue = unsafe ibv_create_cq(context.handle, depth, nil, channel, 0) else {
            let error = VerbsError(.current, call: "ibv_create_cq")
            unsafe ibv_destroy_comp_channel(channel)
            throw error
        }
        unsafe handle = queue
        unsafe self.channel = channel
        self.context = context
    }

    deinit {
        if unacknowledged > 0 { unsafe ibv_ack_cq_events(handle, unacknowledged) }
        unsafe ibv_destroy_cq(handle)
        unsafe ibv_destroy_comp_channel(channel)
    }

    /// See `DeviceEvent.token`.
    public var token: UInt { unsafe UInt(bitPattern: handle) }

    /// Readable when something was completed after `arm`.
    public var descriptor: Int32 { unsafe channel.pointee.fd }

    /// Asks for one event when the next request is completed. What was completed before tells
    /// nobody: poll once more afterwards.
    public func arm() throws(VerbsError) {
        try VerbsError.check(unsafe ibv_req_notify_cq(handle, 0), "ibv_req_notify_cq")
    }

    /// Takes the events that made the descriptor readable. Answers whether there was one.
    public func takeEvents() -> Bool {
        var any = false
        while true {
            var queue: UnsafeMutablePointer<ibv_cq>?
            var context: UnsafeMutableRawPointer?
            guard unsafe ibv_get_cq_event(channel, &queue, &context) == 0 else { break }
            any = true
            unacknowledged += 1
            // One arming makes one event: another call would only say that there is no other.
            break
        }
        if unacknowledged >= Self.eventsPerAcknowledgement {
            unsafe ibv_ack_cq_events(handle, unacknowledged)
            unacknowledged = 0
        }
        return any
    }

    /// Takes what is finished, up to the batch's room.
    public func poll(into batch: CompletionBatch) throws(VerbsError) {
        let count = unsafe ibv_poll_cq(handle, Int32(batch.capacity), batch.entries)
        guard count >= 0 else {
            batch.count = 0
            throw VerbsError(.inputOutput, call: "ibv_poll_cq")
        }
        batch.count = Int(count)
    }
}
