internal import CVerbs
internal import Descriptors

/// The two queues of a connection. The C type is `ibv_qp`.
@safe public final class QueuePair: @unchecked Sendable {
    public struct Depths: Hashable, Sendable {
        public var sendCount: Int
        public var receiveCount: Int
        /// Pieces of memory that one send gathers.
        public var sendPieceCount: Int
        /// Bytes that may travel inside a request.
        public var inlineByteCount: Int

        public init(
            sendCount: Int,
            receiveCount: Int,
            sendPieceCount: Int,
            inlineByteCount: Int = 0
        ) {
            self.sendCount = sendCount
            self.receiveCount = receiveCount
            self.sendPieceCount = sendPieceCount
            self.inlineByteCount = inlineByteCount
        }
    }

    private let identifier: ConnectionIdentifier
    private let domain: ProtectionDomain
    private let sendCompletions: CompletionQueue
    private let receiveCompletions: CompletionQueue
    let handle: UnsafeMutablePointer<ibv_qp>

    /// Makes the queue pair of an identifier that is bound to a device. Nothing that is sent
    /// completes visibly unless it asks for that.
    public init(
        of identifier: ConnectionIdentifier,
        in domain: ProtectionDomain,
        sendCompletions: CompletionQueue,
        receiveCompletions: CompletionQueue,
        depths: Depths
    ) throws(VerbsError) {
        var attributes = unsafe ibv_qp_init_attr()
        unsafe attributes.send_cq = sendCompletions.handle
        unsafe attributes.recv_cq = receiveCompletions.handle
        unsafe attributes.qp_type = IBV_QPT_RC
        unsafe attributes.cap.max_send_wr = UInt32(depths.sendCount)
        unsafe attributes.cap.max_recv_wr = UInt32(depths.receiveCount)
        unsafe attributes.cap.max_send_sge = UInt32(depths.sendPieceCount)
        unsafe attributes.cap.max_recv_sge = 1
        unsafe attributes.cap.max_inline_data = UInt32(depths.inlineByteCount)
        unsafe attributes.sq_sig_all = 0
        let result = unsafe rdma_create_qp(identifier.handle, domain.handle, &attributes)
        guard result == 0, let pair = unsafe identifier.handle.pointee.qp else {
            throw VerbsError(.current, call: "rdma_create_qp")
        }
        unsafe handle = pair
        self.identifier = identifier
        self.domain = domain
        self.sendCompletions = sendCompletions
        self.receiveCompletions = receiveCompletions
        LiveObjects.add(1)
    }

    /// When this returns the device touches no memory for the queue pair any more.
    deinit {
        unsafe rdma_destroy_qp(identifier.handle)
        LiveObjects.add(-1)
    }

    /// See `DeviceEvent.token`.
    public var token: UInt { unsafe UInt(bitPattern: handle) }

    /// Gives the requests of a chain to the device, with one call, and empties the chain.
    public func post(_ chain: SendChain) throws(VerbsError) {
        guard chain.count > 0 else { return }
        var refused: UnsafeMutablePointer<ibv_send_wr>?
        let result = unsafe ibv_post_send(handle, chain.requests, &refused)
        chain.removeAll()
        try VerbsError.check(result, "ibv_post_send")
    }

    public func post(_ chain: ReceiveChain) throws(VerbsError) {
        guard chain.count > 0 else { return }
        var refused: UnsafeMutablePointer<ibv_recv_wr>?
        let result = unsafe ibv_post_recv(handle, chain.requests, &refused)
        chain.removeAll()
        try VerbsError.check(result, "ibv_post_recv")
    }
}
