internal import SMBMessages
internal import Wire

extension Share {
    /// What the server copies per request, and per piece of a request (MS-SMB2 3.3.3, the defaults
    /// of ServerSideCopyMaxNumberofChunks and ServerSideCopyMaxChunkSize).
    private static let copyChunkByteCount: UInt64 = 1 << 20
    private static let copyChunkCountMax = 16

    /// Lets the server copy a file within the share, without moving its bytes over the network.
    public func copyOnServer(
        _ path: RemotePath,
        to target: RemotePath,
        progress: TransferProgress? = nil
    ) async throws(ClientError) {
        let source = try await open(path, for: .read)
        do throws(ClientError) {
            try await copy(source, to: target, progress)
        } catch {
            source.closeSoon()
            throw readOnlyHint(error)
                .during("copy \(Self.shown(path)) to \(Self.shown(target))")
        }
        source.closeSoon()
    }

    /// The copy gets its name when it is whole.
    private func copy(
        _ source: RemoteFile,
        to target: RemotePath,
        _ progress: TransferProgress?
    ) async throws(ClientError) {
        let partial: RemotePath
        do throws(LocationError) {
            partial = try target.parent.appending(PartialName(for: target.name ?? "").data)
        } catch {
            throw ClientError(.other, reason: "\(error)")
        }
        let copy = try await open(partial, for: .replace)
        do throws(ClientError) {
            let key = try await resumeKey(of: source)
            var offset: UInt64 = 0
            while offset < source.facts.byteCount {
                let count = try await copyPart(of: source, key, to: copy, from: offset)
                offset += count
                progress?.advance(by: Int(count))
            }
            try await copy.setTimes(modified: source.facts.modified)
            try await copy.rename(to: target, replacing: true)
            try await copy.close()
        } catch {
            _ = try? await copy.removeOnClose()
            copy.closeSoon()
            throw error
        }
    }

    private func resumeKey(of file: RemoteFile) async throws(ClientError) -> ResumeKey {
        let reply = try await channels.exchange(
            Request(.ioctl, on: file.open) { fileID, writer in
                IoctlRequest(
                    controlCode: .requestResumeKey,
                    fileID: fileID,
                    maximumOutputResponse: UInt32(ResumeKeyResponse.encodedSize)
                ).encode(to: &writer)
            }
        )
        return try Self.output(of: reply) { reader throws(WireError) in
            try ResumeKeyResponse(from: &reader).key
        }
    }

    /// Copies up to one request's worth; the number of bytes that the server copied.
    private func copyPart(
        of source: RemoteFile,
        _ key: ResumeKey,
        to copy: RemoteFile,
        from start: UInt64
    ) async throws(ClientError) -> UInt64 {
        var chunks: [CopyChunk] = []
        var offset = start
        while offset < source.facts.byteCount, chunks.count < Self.copyChunkCountMax {
            let count = min(Self.copyChunkByteCount, source.facts.byteCount - offset)
            chunks.append(
                CopyChunk(sourceOffset: offset, targetOffset: offset, length: UInt32(count))
            )
            offset += count
        }
        var writer = WireWriter()
        CopyChunkRequest(sourceKey: key, chunks: chunks).encode(to: &writer)
        let input = writer.finish()
        let reply = try await channels.exchange(
            Request(.ioctl, on: copy.open) { fileID, writer in
                IoctlRequest(
                    controlCode: .copyChunk,
                    fileID: fileID,
                    maximumOutputResponse: UInt32(CopyChunkResponse.fixedSize),
                    input: input
                ).encode(to: &writer)
            }
        )
        let answer = try Self.output(of: reply) { reader throws(WireError) in
            try CopyChunkResponse(from: &reader)
        }
        let count = UInt64(answer.totalBytesWritten)
        guard count > 0, count <= offset - start else {
            throw ClientError.violation("the server's answer to a copy makes no sense")
        }
        return count
    }

    static func output<Body>(
        of reply: Reply,
        _ body: (inout WireReader) throws(WireError) -> Body
    ) throws(ClientError) -> Body {
        try reply.decode("answer to a control request") { reader throws(WireError) in
            let output = try IoctlResponse(from: &reader).output
            return try withReader(over: output, body)
        }
    }
}
