internal import CVerbs
internal import Descriptors

/// What keys and queue pairs belong together: a key of one domain opens nothing to a queue pair
/// of another. The C type is `ibv_pd`.
@safe public final class ProtectionDomain: @unchecked Sendable {
    let handle: UnsafeMutablePointer<ibv_pd>
    public let context: DeviceContext

    public init(on context: DeviceContext) throws(VerbsError) {
        guard let domain = unsafe ibv_alloc_pd(context.handle) else {
            throw VerbsError(.current, call: "ibv_alloc_pd")
        }
        unsafe handle = domain
        self.context = context
        LiveObjects.add(1)
    }

    deinit {
        unsafe ibv_dealloc_pd(handle)
        LiveObjects.add(-1)
    }
}
