internal import CVerbs

/// What the ends tell each other when they connect.
public struct ConnectionParameters: Hashable, Sendable {
    /// RDMA READs of the peer that are answered at once.
    public var responderResources: UInt8
    /// RDMA READs that are asked at once.
    public var initiatorDepth: UInt8
    /// How often a packet is sent again. Seven stands for ever with some devices.
    public var retryCount: UInt8 = 6
    /// How often a message is sent again for which the peer had no receive posted.
    public var receiverNotReadyRetryCount: UInt8 = 0
    public var privateData: [UInt8] = []

    public init(responderResources: UInt8, initiatorDepth: UInt8) {
        self.responderResources = responderResources
        self.initiatorDepth = initiatorDepth
    }

    func withNative(
        _ body: (UnsafeMutablePointer<rdma_conn_param>) -> Int32
    ) -> Int32 {
        unsafe privateData.withUnsafeBytes { data in
            var native = unsafe rdma_conn_param()
            unsafe native.private_data = data.baseAddress
            unsafe native.private_data_len = UInt8(clamping: data.count)
            unsafe native.responder_resources = responderResources
            unsafe native.initiator_depth = initiatorDepth
            unsafe native.retry_count = retryCount
            unsafe native.rnr_retry_count = receiverNotReadyRetryCount
            return unsafe body(&native)
        }
    }
}
