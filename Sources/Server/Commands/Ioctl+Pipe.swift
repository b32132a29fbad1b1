import SMBMessages
import Wire

extension FileControl {
    /// Controls of pipes (MS-SMB2 3.3.5.15.3, 3.3.5.15.4).
    func pipe(_ pipe: NamedPipe, _ writer: inout WireWriter) throws -> Connection.Result {
        switch message.controlCode {
        case .pipeTransceive: return try transceive(pipe, &writer)
        case .pipePeek: return try peek(pipe, &writer)
        default: throw NTStatus.invalidDeviceRequest
        }
    }

    /// A request written and its answer read in one exchange. What does not fit the answer is
    /// read by READ.
    private func transceive(
        _ pipe: NamedPipe,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        try open.require([.readData, .writeData])
        guard !pipe.hasOutput else { throw NTStatus.pipeBusy }
        try pipe.write(message.input)
        guard let piece = pipe.read(countMax: outputMax) else { throw NTStatus.pipeBroken }
        _ = answer(&writer) { $0.write(bytes: piece.bytes) }
        return piece.isPartial ? .answeredWith(.bufferOverflow) : .answered
    }

    private func peek(_ pipe: NamedPipe, _ writer: inout WireWriter) throws -> Connection.Result {
        try open.require(.readData)
        guard outputMax >= PipePeekHeader.fixedSize else { throw NTStatus.infoLengthMismatch }
        let header = PipePeekHeader(
            state: pipe.isBroken ? PipePeekHeader.closing : PipePeekHeader.connected,
            readDataAvailable: UInt32(clamping: pipe.outputCount),
            messageCount: UInt32(clamping: pipe.messageCount),
            messageLength: UInt32(clamping: pipe.firstMessageCount)
        )
        return answer(&writer) { header.encode(to: &$0) }
    }
}
