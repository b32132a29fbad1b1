import Client
import Glibc
import Reactor
import SMBMessages
import Synchronization
import Transport
import Wire

/// A connection whose other end is a closure: it sees each message of the client and says what
/// comes back. Confined to its reactor's thread, as a real transport is.
final class ScriptedTransport: Transport, @unchecked Sendable {
    typealias Script = (ScriptedTransport, Sent) -> Void

    /// One command that the client sent.
    struct Sent: Sendable {
        var header: Header
        /// From the header on.
        var bytes: [UInt8]

        func decode<Body>(
            _ body: (inout WireReader) throws(WireError) -> Body
        ) throws(WireError) -> Body {
            try withReader(over: bytes) { reader throws(WireError) in
                try reader.skip(Header.size)
                return try body(&reader)
            }
        }
    }

    let reactor: Reactor
    let capabilities = TransportCapabilities(
        messageByteCountMax: 8 << 20,
        placesRemotely: false
    )
    let peerDescription = "script"
    var receiver: (any TransportReceiver)?
    let queuedByteCount = 0
    /// Writes whose data the kernel would have sent.
    private(set) var filePayloadCount = 0
    private(set) var isClosed = false
    private(set) var sent: [Sent] = []
    private let script: Script

    init(reactor: Reactor, script: @escaping Script) {
        self.reactor = reactor
        self.script = script
    }

    func send(_ message: consuming OutboundMessage) {
        var bytes = message.head
        switch message.payload {
        case .none: break
        case .buffer(let buffer, let offset, let count):
            let span = buffer.bytes.extracting(offset..<offset + count)
            for index in 0..<count { bytes.append(span.byte(at: index)) }
            buffer.recycle()
        case .file(let descriptor, owner: _, let offset, let count):
            filePayloadCount += 1
            var part = [UInt8](repeating: 0, count: count)
            _ = unsafe part.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress, count, off_t(offset))
            }
            bytes += part
        }
        for part in Self.split(bytes) {
            sent.append(part)
            script(self, part)
        }
    }

    static func split(_ bytes: [UInt8]) -> [Sent] {
        var parts: [Sent] = []
        var start = 0
        while start < bytes.count {
            let rest = Array(bytes[start...])
            guard
                let header = try? withReader(
                    over: rest,
                    { reader throws(WireError) in
                        try Header(from: &reader)
                    }
                )
            else { return parts }
            let next = Int(header.nextCommand)
            parts.append(Sent(header: header, bytes: next == 0 ? rest : Array(rest[..<next])))
            if next == 0 { break }
            start += next
        }
        return parts
    }

    func takeScratch() -> [UInt8] { [] }
    func pauseReceiving() {}
    func resumeReceiving() {}

    func close(flushing: Bool) { isClosed = true }

    func move(to reactor: Reactor, arrived: @escaping @Sendable () -> Void) {}

    /// Delivers bytes to the client, soon.
    func deliver(_ bytes: [UInt8]) {
        reactor.post { [self] in
            guard !isClosed, let buffer = reactor.buffers.take(capacity: bytes.count) else {
                return
            }
            unsafe bytes.withUnsafeBytes { buffer.assign(unsafe $0.bytes) }
            receiver?.transport(self, received: buffer)
        }
    }

    /// Messages whose data went straight into the memory of the client.
    private(set) var placedCount = 0

    /// As TCP does it: asks where the data goes when the first bytes are here.
    func deliverPlacing(_ bytes: [UInt8]) {
        reactor.post { [self] in
            guard !isClosed, let buffer = reactor.buffers.take(capacity: bytes.count) else {
                return
            }
            unsafe bytes.withUnsafeBytes { buffer.assign(unsafe $0.bytes) }
            let head = buffer.bytes.extracting(0..<min(128, bytes.count))
            guard let receiver,
                let placement = receiver.transport(
                    self,
                    placementFor: head,
                    messageCount: bytes.count
                )
            else {
                receiver?.transport(self, received: buffer)
                return
            }
            unsafe placement.destination.copyBytes(from: bytes[placement.headCount...])
            buffer.count = placement.headCount
            placedCount += 1
            receiver.transport(
                self,
                placed: buffer,
                payloadCount: bytes.count - placement.headCount
            )
        }
    }

    /// Ends the connection as a dying server does.
    func hangUp() {
        reactor.post { [self] in receiver?.transport(self, closed: nil) }
    }

    /// An answer to `request`.
    static func answer(
        _ request: Sent,
        status: NTStatus = .success,
        credits: UInt16 = 32,
        asyncID: UInt64? = nil,
        _ body: (inout WireWriter) -> Void = { ErrorResponse().encode(to: &$0) }
    ) -> [UInt8] {
        var header = Header(
            command: request.header.command,
            messageID: request.header.messageID,
            flags: .response,
            status: status,
            credits: credits,
            treeID: request.header.treeID,
            sessionID: request.header.sessionID
        )
        if let asyncID { header.asyncID = asyncID }
        var writer = WireWriter()
        header.encode(to: &writer)
        body(&writer)
        return writer.finish()
    }
}

extension RawSpan {
    func byte(at index: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
