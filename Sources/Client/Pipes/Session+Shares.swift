internal import SMBMessages
internal import Wire

extension Session {
    private static let pipeByteCount = 65536
    /// Reads that one answer may take.
    private static let readsMax = 4096

    /// The shares that the server lists (MS-SRVS 3.1.4.8).
    public func listShares() async throws(ClientError) -> [ShareDescription] {
        do throws(ClientError) {
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
            let reply = try await link.exchange(
                Request(.create, route: share.route) { create.encode(to: &$0) }
            )
            let pipe = try Share.created(reply).fileID
            defer { share.closeSoon(pipe) }
            try await bind(pipe, share.route)
            return try await enumerate(pipe, share.route)
        } catch {
            throw error.during("list the shares of \(address)")
        }
    }

    private func bind(_ pipe: FileID, _ route: Route) async throws(ClientError) {
        let bind = RPCBind(
            contexts: [
                RPCBind.Context(
                    identifier: 0,
                    interface: .serverService,
                    transferSyntaxes: [.ndr32]
                )
            ]
        )
        guard try await converse(bind.encoded(callID: 1), pipe, route) == .bound else {
            throw Self.refused
        }
    }

    private func enumerate(
        _ pipe: FileID,
        _ route: Route
    ) async throws(ClientError) -> [ShareDescription] {
        let call = RPCCall.request(
            callID: 2,
            operation: ServerServiceClient.shareEnumerate,
            arguments: ServerServiceClient.shareEnumerateRequest(server: address.host)
        )
        guard case .answered(let results) = try await converse(call[0], pipe, route) else {
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
        _ pipe: FileID,
        _ route: Route
    ) async throws(ClientError) -> RPCConversation.Progress {
        var conversation = RPCConversation()
        let transceive = IoctlRequest(
            controlCode: .pipeTransceive,
            fileID: pipe,
            maximumOutputResponse: UInt32(Self.pipeByteCount),
            input: message
        )
        let reply = try await link.exchange(
            Request(.ioctl, route: route, payloadCount: Self.pipeByteCount) {
                transceive.encode(to: &$0)
            }
        )
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
            part = try await read(pipe, route)
        }
        throw Self.refused
    }

    private func read(_ pipe: FileID, _ route: Route) async throws(ClientError) -> [UInt8] {
        let body = ReadRequest(fileID: pipe, offset: 0, length: UInt32(Self.pipeByteCount))
        let reply = try await link.exchange(
            Request(.read, route: route, payloadCount: Self.pipeByteCount) {
                body.encode(to: &$0)
            }
        )
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
