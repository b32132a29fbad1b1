internal import CVerbs
internal import Descriptors

/// A descriptor that tells when to look into the completion queues that belong to it. The C type
/// is `ibv_comp_channel`.
@safe public final class CompletionChannel: @unchecked Sendable {
    let handle: UnsafeMutablePointer<ibv_comp_channel>
    let context: DeviceContext

    public init(on context: DeviceContext) throws(VerbsError) {
        guard let channel = unsafe ibv_create_comp_channel(context.handle) else {
            throw VerbsError(.current, call: "ibv_create_comp_channel")
        }
        unsafe handle = channel
        self.context = context
        LiveObjects.add(1)
        try VerbsError.setNonblocking(unsafe channel.pointee.fd)
    }

    deinit {
        unsafe ibv_destroy_comp_channel(handle)
        LiveObjects.add(-1)
    }

    /// Readable when something was completed in a queue that was armed.
    public var descriptor: Int32 { unsafe handle.pointee.fd }

    /// Takes one event; answers the token of its queue, which is to be told with `noticeEvent`.
    public func next() -> UInt? {
        var queue: UnsafeMutablePointer<ibv_cq>?
        var context: UnsafeMutableRawPointer?
        guard unsafe ibv_get_cq_event(handle, &queue, &context) == 0 else { return nil }
        return UInt(bitPattern: queue)
    }
}
