import Reactor
import SMBDirect
import SMBMessages
import SMBSecurity
import Simulation
import Transport
import Wire

@testable import Client

/// One connection of a `ScriptedSite`: authenticates for real, signs, and answers.
final class SiteConnection: TransportReceiver, TransportFetcher, @unchecked Sendable {
    private struct Fetch {
        var seen: ScriptedSite.Seen
        var buffer: IOBuffer
        var offset: Int
        var count: Int
    }

    let site: ScriptedSite
    let transport: SimulatedTransport
    /// The client's end, for its counters.
    let near: SimulatedTransport
    let kind: TransportKind
    let number: Int
    private var hash = PreauthHash()
    private var authenticator: ServerAuthenticator?
    private var signing: SigningContext?
    private var fetches: [Fetch?] = []
    private(set) var isOver = false

    init(
        _ site: ScriptedSite,
        _ transport: SimulatedTransport,
        _ near: SimulatedTransport,
        kind: TransportKind,
        number: Int
    ) {
        self.site = site
        self.transport = transport
        self.near = near
        self.kind = kind
        self.number = number
    }

    func hangUp() {
        guard !isOver else { return }
        isOver = true
        transport.close(flushing: false)
    }

    func transport(_ transport: any Transport, closed error: TransportError?) { isOver = true }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        let bytes = unsafe message.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        message.recycle()
        for part in ScriptedTransport.split(bytes) {
            guard !isOver else { return }
            take(.init(connection: number, kind: kind, header: part.header, bytes: part.bytes))
        }
    }

    private func take(_ seen: ScriptedSite.Seen) {
        site.seen.append(seen)
        switch site.fate(seen) {
        case .answered: handle(seen)
        case .killed: hangUp()
        case .done:
            handle(seen, answers: false)
            if fetches.allSatisfy({ $0 == nil }) { hangUp() }
        case .status(let status): reply(seen, status: status)
        }
    }

    private func handle(_ seen: ScriptedSite.Seen, answers: Bool = true) {
        switch seen.header.command {
        case .negotiate: negotiate(seen)
        case .sessionSetup: setUp(seen)
        case .treeConnect:
            reply(seen) {
                TreeConnectResponse(shareType: .disk, maximalAccess: .fileAll).encode(to: &$0)
            }
        case .ioctl: tellInterfaces(seen)
        case .create: create(seen, answers: answers)
        case .read: read(seen)
        case .write: write(seen, answers: answers)
        case .close where answers:
            reply(seen) {
                CloseResponse(endOfFile: UInt64(self.site.content.count)).encode(to: &$0)
            }
        case .setInfo where answers: reply(seen) { SetInfoResponse().encode(to: &$0) }
        case .oplockBreak, .logoff, .echo: reply(seen) { $0.write(UInt32(4)) }
        default: if answers { reply(seen, status: .notSupported) }
        }
    }

    private func decode<Body>(
        _ seen: ScriptedSite.Seen,
        _ body: (inout WireReader) throws(WireError) -> Body
    ) -> Body? {
        try? ScriptedTransport.Sent(header: seen.header, bytes: seen.bytes).decode(body)
    }

    // MARK: Handshake

    private func negotiate(_ seen: ScriptedSite.Seen) {
        let response = NegotiateResponse(
            securityMode: .signingEnabled,
            dialect: .smb311,
            serverGUID: number == 0 ? GUID(rawValue: 77) : site.serverGUID,
            capabilities: site.capabilities,
            maxTransactSize: 1 << 20,
            maxReadSize: 1 << 20,
            maxWriteSize: 1 << 20,
            systemTime: .zero,
            securityBuffer: ServerAuthenticator.negotiateToken(),
            contexts: [
                .signing([.aesGMAC]), .preauthIntegrity(hashes: [.sha512], salt: [1, 2, 3, 4]),
            ]
        )
        hash.update(seen.bytes)
        hash.update(reply(seen) { response.encode(to: &$0) })
        var accounts = AccountList()
        accounts.add(user: ScriptedSite.user, hash: NTHash(password: ScriptedSite.password))
        authenticator = ServerAuthenticator(
            names: ServerNames(hostName: "script"),
            policy: AuthenticationPolicy(),
            accounts: accounts,
            challenge: 0x0123_4567_89AB_CDEF,
            time: FileTime(seconds: 1_700_000_000, nanoseconds: 0)
        )
    }

    private func setUp(_ seen: ScriptedSite.Seen) {
        guard
            let request = decode(
                seen,
                { reader throws(WireError) in try SessionSetupRequest(from: &reader) }
            )
        else { return hangUp() }
        if request.isBinding {
            guard site.bindingStatus == .success, site.keepsSession else {
                let status = site.keepsSession ? site.bindingStatus : .userSessionDeleted
                reply(seen, status: status)
                return
            }
            // MS-SMB2 3.3.5.5: signed with the key of the session.
            let main = try? SigningContext(algorithm: .aes128GMAC, key: site.signingKey)
            guard seen.header.sessionID == ScriptedSite.sessionID,
                unsafe main?.verify(seen.bytes.span.bytes) == true
            else {
                reply(seen, status: .invalidParameter)
                return
            }
            site.bindingsVerified += 1
        }
        hash.update(seen.bytes)
        var answered = seen
        answered.header.sessionID = ScriptedSite.sessionID
        switch authenticator?.step(request.securityBuffer) {
        case .continue(let token):
            let bytes = reply(answered, status: .moreProcessingRequired) {
                SessionSetupResponse(securityBuffer: token).encode(to: &$0)
            }
            hash.update(bytes)
        case .accepted(let token, _, let key):
            let keys = SessionKeys(authenticationKey: key, preauthHash: hash, cipher: nil)
            signing = try? SigningContext(algorithm: .aes128GMAC, key: keys.signing)
            if !request.isBinding {
                site.signingKey = keys.signing
                site.sessionCount += 1
                site.previousSessions.append(request.previousSessionID)
                site.keepsSession = true
            }
            reply(answered, signs: true) {
                SessionSetupResponse(securityBuffer: token).encode(to: &$0)
            }
        default: reply(answered, status: .logonFailure)
        }
    }

    private func tellInterfaces(_ seen: ScriptedSite.Seen) {
        let interfaces = site.interfaces
        reply(seen) { writer in
            var output = WireWriter()
            NetworkInterface.encode(interfaces, to: &output)
            IoctlResponse(
                controlCode: .queryNetworkInterfaceInfo,
                fileID: .previous,
                output: output.finish()
            ).encode(to: &writer)
        }
    }

    // MARK: Files

    private func create(_ seen: ScriptedSite.Seen, answers: Bool) {
        guard
            let request = decode(
                seen,
                { reader throws(WireError) in try CreateRequest(from: &reader) }
            )
        else { return hangUp() }
        let isReconnection = request.contexts.data(of: .durableReconnectV2) != nil
        var status = NTStatus.success
        if isReconnection, !site.keepsOpens { status = .objectNameNotFound }
        if request.disposition == .create {
            let isNew = site.names.insert(request.name).inserted
            if !isNew { status = .objectNameCollision }
        } else if !site.names.contains(request.name), request.name != "" {
            status = .objectNameNotFound
        }
        if request.desiredAccess.contains(.delete), !request.desiredAccess.contains(.readData),
            status == .success
        {
            site.names.remove(request.name)
        }
        guard answers else { return }
        guard status == .success else {
            reply(seen, status: status)
            return
        }
        var contexts: [CreateContext] = []
        if request.contexts.data(of: .durableRequestV2) != nil {
            contexts.append(DurableV2Response(timeoutMilliseconds: 60_000).context)
        }
        let count = UInt64(site.toldByteCount)
        reply(seen) {
            CreateResponse(
                oplock: request.requestedOplock,
                action: .opened,
                endOfFile: count,
                attributes: .normal,
                fileID: FileID(persistent: 1, volatile: UInt64(self.site.sessionCount)),
                contexts: contexts
            ).encode(to: &$0)
        }
    }

    private func read(_ seen: ScriptedSite.Seen) {
        guard
            let request = decode(
                seen,
                { reader throws(WireError) in try ReadRequest(from: &reader) }
            )
        else { return hangUp() }
        let start = Int(request.offset)
        let end = min(start + Int(request.length), site.content.count)
        let bytes = Array(site.content[start..<max(start, end)])
        guard request.channel == .rdmaV1, let memory = remote(request.channelInfo, in: seen),
            let buffer = transport.takeBuffer(capacity: bytes.count)
        else {
            reply(seen) { writer in
                ReadResponse(dataLength: bytes.count).encode(to: &writer)
                writer.write(bytes: bytes)
            }
            return
        }
        unsafe buffer.assign(bytes.span.bytes)
        let claim = site.claimsTooMuch ? bytes.count + 1 : bytes.count
        let head = encoded(seen) {
            ReadResponse(dataLength: 0, dataRemaining: UInt32(claim)).encode(to: &$0)
        }
        transport.send(
            OutboundMessage(
                head: head,
                payload: .buffer(buffer, offset: 0, count: bytes.count),
                destination: memory
            )
        )
    }

    private func write(_ seen: ScriptedSite.Seen, answers: Bool) {
        guard
            let request = decode(
                seen,
                { reader throws(WireError) in try WriteRequest(from: &reader) }
            )
        else { return hangUp() }
        guard request.channel == .rdmaV1, let memory = remote(request.channelInfo, in: seen) else {
            let data = seen.bytes[request.dataOffset..<request.dataOffset + request.dataLength]
            store(Array(data), at: Int(request.offset))
            if answers { confirm(seen, data.count) }
            return
        }
        let count = Int(request.remainingBytes)
        guard request.dataLength == 0, request.dataOffset == 0, memory.byteCount == count,
            let buffer = transport.takeBuffer(capacity: count)
        else { return hangUp() }
        buffer.count = count
        fetches.append(
            Fetch(
                seen: answers
                    ? seen : .init(connection: -1, kind: kind, header: seen.header, bytes: []),
                buffer: buffer,
                offset: Int(request.offset),
                count: count
            )
        )
        transport.fetch(
            memory,
            count: count,
            into: buffer,
            offset: 0,
            fetcher: self,
            token: fetches.count - 1
        )
    }

    func fetched(token: Int, error: TransportError?) {
        guard let fetch = fetches[token] else { return }
        fetches[token] = nil
        defer { fetch.buffer.recycle() }
        guard error == nil else { return }
        store(unsafe fetch.buffer.bytes.withUnsafeBytes { unsafe [UInt8]($0) }, at: fetch.offset)
        if fetch.seen.connection < 0 { hangUp() } else { confirm(fetch.seen, fetch.count) }
    }

    private func store(_ bytes: [UInt8], at offset: Int) {
        site.content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    private func confirm(_ seen: ScriptedSite.Seen, _ count: Int) {
        reply(seen) { WriteResponse(count: UInt32(count)).encode(to: &$0) }
    }

    private func remote(_ part: MessagePart, in seen: ScriptedSite.Seen) -> RemoteMemory? {
        let bytes = Array(seen.bytes[part.offset..<part.offset + part.count])
        return try? withReader(over: bytes) { reader throws(WireError) in
            try RemoteMemory(from: &reader, count: part.count)
        }
    }

    // MARK: Answers

    private func encoded(
        _ seen: ScriptedSite.Seen,
        status: NTStatus = .success,
        signs: Bool = false,
        _ body: (inout WireWriter) -> Void
    ) -> [UInt8] {
        var bytes = ScriptedTransport.answer(
            .init(header: seen.header, bytes: seen.bytes),
            status: status,
            body
        )
        if signs || seen.header.command != .sessionSetup { signing?.sign(&bytes) }
        return bytes
    }

    @discardableResult
    func reply(
        _ seen: ScriptedSite.Seen,
        status: NTStatus = .success,
        signs: Bool = false,
        _ body: (inout WireWriter) -> Void = { ErrorResponse().encode(to: &$0) }
    ) -> [UInt8] {
        let bytes = encoded(seen, status: status, signs: signs, body)
        transport.send(OutboundMessage(head: bytes))
        return bytes
    }

    /// What answers no request.
    func notify(_ bytes: [UInt8]) { transport.send(OutboundMessage(head: bytes)) }
}
