internal import SMBMessages
internal import Wire

extension Session {
    private static let pipeByteCount = 65536
    /// Reads that one answer may take.
    private static let readsMax = 4096
    private static let attemptsMax = 4

    /// The shares that the server lists (MS-SRVS 3.1.4.8).
    public func listShares() async throws(ClientError) -> [ShareDescription] {
        do throws(ClientError) {
            for _ in 0..<Self.attemptsMax {
                do throws(ClientError) {
                    return try await listSharesOnce()
                } catch {
                    // A pipe ends with its channel; what was asked can be asked of a new one.
                    guard error == .interrupted else { throw error }
                }
            }
            throw ClientError.lost
        } catch {
            throw error.during("list the shares of \(address)")
        }
    }

    private func listSharesOnce() async throws(ClientError) -> [ShareDescription] {
        let share = try await share("IPC$")
        let create = CreateRequest(
            name: ServerServiceClient.pipeName,
            desiredAccess: [
                .readData, .writeData, .appendData, .readExtendedAttributes,
                .readAttributes, .readControl, .synchronize,
            ],
            shareAccess: .all,
            disposition: .open
        )
        let pipe = OpenFile(
            route: share.route,
            create: create,
            wantsDurable: false,
            isForReading: false,
            createGUID: .zero
        )
        var request = Request(.create, route: share.route) { create.encode(to: &$0) }
        request.opens = pipe
        try await channels.exchange(request).check()
        defer { share.closeSoon(pipe) }
        try await bind(pipe)
        return try await enumerate(pipe)
    }

    private func bind(_ pipe: OpenFile) async throws(ClientError) {
        let bind = RPCBind(
            contexts: [
                RPCBind.Context(
                    identifier: 0,
                    interface: .serverService,
                    transferSyntaxes: [.ndr32]
                )
            ]
        )
        guard try await converse(bind.encoded(callID: 1), pipe) == .bound else {
            throw Self.refused
        }
    }

    private func enumerate(
        _ pipe: OpenFile
    ) async throws(ClientError) -> [ShareDescription] {
        let call = RPCCall.request(
            callID: 2,
            operation: ServerServiceClient.shareEnumerate,
            arguments: ServerServiceClient.shareEnumerateRequest(server: address.host)
        )
        guard case .answered(let results) = try await converse(call[0], pipe) else {
            throw Self.refused
        }
        let list: ServerServiceClient.ShareList
        do {
            list = try withReader(over: results) { reader throws(WireError) in
                try ServerServiceClient.decodeShareEnumerateResponse(from: &reader)
            }
        } catch {
            throw ClientError.malformed(error, "list of shares")
        }
        guard list.result == .success || list.result == .moreData else { throw Self.refused }
        return list.shares.map { ShareDescription($0) }
    }

    /// One message to the pipe and the whole answer.
    private func converse(
        _ message: [UInt8],
        _ pipe: OpenFile
    ) async throws(ClientError) -> RPCConversation.Progress {
        var conversation = RPCConversation()
        var request = Request(.ioctl, on: pipe, payloadCount: Self.pipeByteCount) {
            IoctlRequest(
                controlCode: .pipeTransceive,
                fileID: $0,
                maximumOutputResponse: UInt32(Self.pipeByteCount),
                input: message
            ).encode(to: &$1)
        }
        request.isRepeatable = false
        let reply = try await channels.exchange(request)
        var part = try reply.decode(
            accepting: [.success, .bufferOverflow],
            "answer of a pipe"
        ) { reader throws(WireError) in try IoctlResponse(from: &reader).output }
        for _ in 0..<Self.readsMax {
            do {
                let progress = try conversation.receive(part)
                guard progress == .more else { return progress }
            } catch {
                throw ClientError.malformed(error, "answer of a pipe")
            }
            part = try await read(pipe)
        }
        throw Self.refused
    }

    private func read(_ pipe: OpenFile) async throws(ClientError) -> [UInt8] {
        var request = Request(.read, on: pipe, payloadCount: Self.pipeByteCount) {
            ReadRequest(fileID: $0, offset: 0, length: UInt32(Self.pipeByteCount)).encode(to: &$1)
        }
        request.isRepeatable = false
        let reply = try await channels.exchange(request)
        let message = reply.message
        return try reply.decode(
            accepting: [.success, .bufferOverflow],
            "answer of a pipe"
        ) { reader throws(WireError) in
            let response = try ReadResponse(from: &reader)
            return Array(message[response.dataOffset..<response.dataOffset + response.dataLength])
        }
    }

    private static let refused = ClientError(
        .unsupported,
        reason: "the server does not tell its shares; name one: smb://HOST/SHARE"
    )
}
