internal import Descriptors
internal import Reactor
internal import SMBDirect
internal import Verbs

/// The device's objects of a connection, made before the connection is.
struct DirectSetup {
    let role: DirectMachine.Role
    let identifier: ConnectionIdentifier
    let domain: DirectDomain
    let pools: DirectPools
    let channel: CompletionChannel
    let sendCompletions: CompletionQueue
    let receiveCompletions: CompletionQueue
    let queuePair: QueuePair
    let headers: IOBuffer
    let slots: DirectReceiveSlots
    let sendQueueDepth: Int
    let initiatorDepth: Int
    let sliceByteCountMax: Int
    let peer: String

    /// Memory that holds sixteen receives of 8 KiB, or the 65 of a peer that sends less at once.
    private static let receiveBufferCount = 2
    private static let receiveBufferByteCount = 64 << 10

    init(
        role: DirectMachine.Role,
        identifier: ConnectionIdentifier,
        domain: DirectDomain,
        workspace: DirectWorkspace,
        options: DirectOptions,
        initiatorDepth: Int
    ) throws(TransportError) {
        self.role = role
        self.identifier = identifier
        self.domain = domain
        self.initiatorDepth = initiatorDepth
        pools = workspace.pools(for: domain, byteCountMax: options.poolByteCountMax)
        let device = domain.device.device
        sendQueueDepth = min(
            options.sendQueueDepth,
            device.capabilities.queueDepthMax,
            BufferPool.smallestCapacity / DirectTransport.headerByteCount,
        )
        let port = device.ports.first { $0.number == identifier.portNumber }
        sliceByteCountMax = min(
            options.sliceByteCountMax,
            port?.largestMessageByteCount ?? options.sliceByteCountMax,
        )
        peer = Self.describe(identifier, device)
        do throws(VerbsError) {
            let context = try domain.device.requireContext()
            let receiveCount = options.creditCountMax + 1
            channel = try CompletionChannel(on: context)
            sendCompletions = try CompletionQueue(on: channel, depth: sendQueueDepth + 1)
            receiveCompletions = try CompletionQueue(on: channel, depth: receiveCount + 1)
            queuePair = try QueuePair(
                of: identifier,
                in: domain.protectionDomain(),
                sendCompletions: sendCompletions,
                receiveCompletions: receiveCompletions,
                depths: QueuePair.Depths(
                    sendCount: sendQueueDepth,
                    receiveCount: receiveCount,
                    sendPieceCount: SendChain.pieceCountMax,
                ),
            )
            if device.fabric != .iwarp {
                try identifier.setAcknowledgeTimeout(options.acknowledgeTimeoutExponent)
            }
        } catch {
            throw TransportError(error)
        }
        guard let headers = pools.local.take(capacity: BufferPool.smallestCapacity) else {
            throw Self.noMemory(domain)
        }
        var buffers: [IOBuffer] = []
        for _ in 0..<Self.receiveBufferCount {
            guard let buffer = pools.local.take(capacity: Self.receiveBufferByteCount) else {
                headers.recycle()
                for buffer in buffers { buffer.recycle() }
                throw Self.noMemory(domain)
            }
            buffers.append(buffer)
        }
        self.headers = headers
        slots = DirectReceiveSlots(buffers: buffers)
    }

    /// Who is at the other end, and by what.
    static func describe(_ identifier: ConnectionIdentifier, _ device: Device) -> String {
        let address = SocketAddress(identifier.peerAddress)
        return "\(address.map { $0.description } ?? "?") by \(device.fabric)"
    }

    private static func noMemory(_ domain: DirectDomain) -> TransportError {
        let reason = domain.local.lastError ?? VerbsError(.noBufferSpace, call: "ibv_reg_mr")
        return TransportError(reason)
    }
}
