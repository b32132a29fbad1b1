import Reactor
import SMBDirect
import SMBMessages
import SMBSecurity
import Server
import Transport
import Wire

@testable import Simulation

/// A client on a simulated SMB Direct channel that says exactly what a test wants it to say.
final class PlacingCaller: TransportReceiver {
    /// How the client presents itself.
    struct Manner {
        var dialect = Dialect.smb311
        var transforms: [RDMATransformID] = []
        var signings: [SigningAlgorithmID] = [.aesGMAC]
        var requiresSigning = false
        var capabilities = TransportCapabilities.simulatedDirect
        /// Every request is sealed.
        var seals = false
        /// Every request is signed, whether it has to be or not.
        var signs = false
        var share = "share"
    }

    struct Answer {
        var status: NTStatus
        var bytes: [UInt8]
        var wasSealed = false

        func read<T>(
            _ body: (inout WireReader) throws(WireError) -> T
        ) throws(WireError) -> T {
            try withReader(over: bytes) { reader throws(WireError) in
                try reader.seek(to: Header.size)
                return try body(&reader)
            }
        }
    }

    let ground: PlacingServer
    let manner: Manner
    let transport: SimulatedTransport
    /// The server's end.
    let remote: SimulatedTransport
    private(set) var isClosed = false
    private(set) var closeError: TransportError?
    /// Messages that came, not yet taken by `exchange`.
    private(set) var answers: [Answer] = []
    /// How many messages those were in.
    private(set) var messageCount = 0
    var negotiated: NegotiateResponse?
    var messageID: UInt64 = 0
    var sessionID: UInt64 = 0
    var treeID: UInt32 = 0
    var file = FileID(persistent: 0, volatile: 0)
    var signing: SigningContext?
    var cipher: CipherContext?

    init(_ ground: PlacingServer, _ manner: Manner = Manner()) throws {
        self.ground = ground
        self.manner = manner
        (transport, remote) = SimulatedTransport.pair(
            ground.clientReactor,
            ground.serverReactor,
            capabilities: manner.capabilities
        )
        transport.receiver = self
        ground.server.accept(remote, peer: "test")
        try logOn()
    }

    // MARK: Receiving

    func transport(_ transport: any Transport, received buffer: IOBuffer) {
        var bytes = unsafe [UInt8](
            UnsafeRawBufferPointer(start: buffer.base, count: buffer.count)
        )
        buffer.recycle()
        messageCount += 1
        var wasSealed = false
        if bytes.first == 0xFD, let cipher {
            var span = bytes.mutableSpan
            var raw = unsafe span.mutableBytes
            guard (try? cipher.open(&raw)) != nil else { return }
            bytes.removeFirst(CipherContext.headerCount)
            wasSealed = true
        }
        var start = 0
        while start < bytes.count {
            let next: UInt32 = Self.integer(bytes, at: start + 20)
            let end = next == 0 ? bytes.count : start + Int(next)
            let part = Array(bytes[start..<end])
            let status = NTStatus(rawValue: Self.integer(part, at: 8))
            answers.append(Answer(status: status, bytes: part, wasSealed: wasSealed))
            start = end
        }
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        isClosed = true
        closeError = error
    }

    static func integer<T: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int) -> T {
        bytes[offset..<offset + T.bitWidth / 8].reversed().reduce(T.zero) { $0 << 8 | T($1) }
    }

    // MARK: Sending

    /// One command with identifiers that are right.
    func message(
        _ command: Command,
        related: Bool = false,
        _ body: (inout WireWriter) -> Void
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.beginMessage()
        var header = Header(
            command: command,
            messageID: messageID,
            credits: 256,
            creditCharge: Self.charge,
            treeID: treeID,
            sessionID: sessionID
        )
        if related { header.flags.insert(.related) }
        header.encode(to: &writer)
        body(&writer)
        messageID += UInt64(max(Self.charge, 1))
        return writer.finish()
    }

    private static let charge: UInt16 = 16

    /// Sends commands as one message, protected as the manner has it; nothing is waited for.
    func send(_ commands: [[UInt8]], plain: Bool = false) {
        var message: [UInt8] = []
        for (index, command) in commands.enumerated() {
            var part = command
            let isLast = index == commands.count - 1
            if !isLast {
                while part.count % 8 != 0 { part.append(0) }
                let next = UInt32(part.count)
                for byte in 0..<4 {
                    part[20 + byte] = UInt8(truncatingIfNeeded: next >> UInt32(8 * byte))
                }
            }
            if signs, !manner.seals, !plain { signing?.sign(&part) }
            message += part
        }
        if manner.seals, !plain, let cipher {
            message.insert(contentsOf: repeatElement(0, count: CipherContext.headerCount), at: 0)
            try? cipher.seal(&message, sessionID: sessionID)
        }
        transport.send(OutboundMessage(head: message))
    }

    private var signs: Bool { manner.signs || manner.requiresSigning }

    /// Sends, and lets both ends do all that they can.
    func exchange(_ commands: [[UInt8]], plain: Bool = false) -> [Answer] {
        send(commands, plain: plain)
        ground.settle()
        return takeAnswers()
    }

    func call(_ command: Command, _ body: (inout WireWriter) -> Void) -> Answer? {
        exchange([message(command, body)]).first
    }

    func takeAnswers() -> [Answer] {
        defer {
            answers = []
            messageCount = 0
        }
        return answers
    }

    func leave() {
        transport.close(flushing: false)
        ground.settle()
    }
}
