import Client
import Reactor
import SMBMessages
import Transport
import Wire

/// Connects, sends an SMB2 NEGOTIATE, and tells what comes back: the least that shows a server
/// behind a port, without a user or password.
///
/// Everything happens on the reactor's thread.
@safe final class NegotiateProbe: TransportReceiver, @unchecked Sendable {
    private let finish: (ReachabilityFacts.Result) -> Void
    private var isFinished = false
    private var transport: (any Transport)?
    private var timer: TimerID?

    private init(finish: @escaping (ReachabilityFacts.Result) -> Void) { self.finish = finish }

    static func run(
        _ endpoint: Endpoint,
        by connector: any TransportConnector,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutSeconds: Int
    ) async -> ReachabilityFacts.Result {
        await withCheckedContinuation { continuation in
            reactor.post {
                let probe = NegotiateProbe { continuation.resume(returning: $0) }
                let nanoseconds = UInt64(timeoutSeconds) * 1_000_000_000
                connector.connect(
                    to: endpoint,
                    on: reactor,
                    files: files,
                    timeoutNanoseconds: nanoseconds
                ) { result in
                    switch result {
                    case .failure(let error): probe.end(.failed("\(error)"))
                    case .success(let transport): probe.ask(transport, nanoseconds)
                    }
                }
            }
        }
    }

    private func ask(_ transport: any Transport, _ nanoseconds: UInt64) {
        self.transport = transport
        transport.receiver = self
        timer = transport.reactor.schedule(after: nanoseconds) { [self] in
            end(.failed("connected, but the server does not answer"))
        }
        var writer = WireWriter(recycling: transport.takeScratch())
        writer.beginMessage()
        Header(command: .negotiate, messageID: 0, credits: 1).encode(to: &writer)
        // Without 3.1.1, whose contexts are for those who go on, every server still answers.
        NegotiateRequest(
            dialects: [.smb210, .smb300, .smb302],
            securityMode: .signingEnabled,
            capabilities: [],
            clientGUID: GUID(rawValue: UInt128.random(in: 1...UInt128.max))
        ).encode(to: &writer)
        transport.send(OutboundMessage(head: writer.finish()))
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        defer { message.recycle() }
        var reader = WireReader(message.bytes)
        guard let header = try? Header(from: &reader) else {
            return end(.failed("what answers does not speak SMB2"))
        }
        guard header.status == .success else {
            return end(.failed("the server refuses to negotiate: \(header.status)"))
        }
        guard let response = try? NegotiateResponse(from: &reader) else {
            return end(.failed("the server's answer cannot be read"))
        }
        let signing =
            response.securityMode.contains(.signingRequired)
            ? "signing required" : "signing offered"
        end(.answered("an SMB server, \(signing)"))
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        end(.failed(error.map { "\($0)" } ?? "the server hung up"))
    }

    private func end(_ result: ReachabilityFacts.Result) {
        guard !isFinished else { return }
        isFinished = true
        if let timer { transport?.reactor.cancel(timer) }
        transport?.close(flushing: false)
        finish(result)
    }
}
