import SMBMessages

/// One client's end of a pipe on IPC$, with an RPC service behind it. Requests that are written
/// are answered at once; the answers wait here, fragment by fragment, until they are read.
final class NamedPipe {
    /// FILE_PIPE_BYTE_STREAM_MODE and FILE_PIPE_MESSAGE_MODE.
    static let byteMode: UInt32 = 0
    static let messageMode: UInt32 = 1
    /// Answers that nobody reads; more requests are refused.
    static let outputSizeMax = 4 << 20

    let name: String
    private var association: RPCAssociation
    private var output: [[UInt8]] = []
    /// Bytes of the first fragment that were read.
    private var consumed = 0
    private(set) var outputCount = 0
    var readMode = NamedPipe.messageMode

    init(endpoint: any RPCEndpoint) {
        name = endpoint.pipeName
        association = RPCAssociation(endpoint: endpoint)
    }

    var isBroken: Bool { association.isBroken && output.isEmpty }
    var hasOutput: Bool { !output.isEmpty }
    var messageCount: Int { output.count }
    var firstMessageCount: Int { (output.first?.count ?? 0) - consumed }

    /// Takes a piece of a request.
    func write(_ bytes: [UInt8]) throws(NTStatus) {
        guard !association.isBroken else { throw .pipeDisconnected }
        guard outputCount < Self.outputSizeMax else { throw .insufficientResources }
        for fragment in association.receive(bytes) {
            output.append(fragment)
            outputCount += fragment.count
        }
    }

    /// What a read takes, and whether a message was cut by it.
    struct Piece {
        var bytes: [UInt8]
        var isPartial: Bool
    }

    /// At most `countMax` bytes of the next message, or in byte mode of all of them; nil when
    /// there is nothing to read.
    func read(countMax: Int) -> Piece? {
        guard !output.isEmpty else { return nil }
        var bytes: [UInt8] = []
        repeat {
            let message = output[0]
            let end = min(message.count, consumed + countMax - bytes.count)
            bytes.append(contentsOf: message[consumed..<end])
            consumed = end
            guard consumed == message.count else { break }
            output.removeFirst()
            consumed = 0
        } while readMode == Self.byteMode && !output.isEmpty && bytes.count < countMax
        outputCount -= bytes.count
        return Piece(bytes: bytes, isPartial: readMode == Self.messageMode && consumed > 0)
    }

    /// FilePipeLocalInformation.
    var localInformation: PipeLocalInformation {
        PipeLocalInformation(
            type: Self.messageMode,
            // FILE_PIPE_FULL_DUPLEX, any number of instances, connected, the client's end.
            configuration: 2,
            maximumInstances: .max,
            currentInstances: 1,
            inboundQuota: UInt32(RPCHeader.fragmentSizeMax),
            readDataAvailable: UInt32(clamping: outputCount),
            outboundQuota: UInt32(RPCHeader.fragmentSizeMax),
            writeQuotaAvailable: UInt32(RPCHeader.fragmentSizeMax),
            state: PipePeekHeader.connected,
            end: 0
        )
    }
}
