internal import SMBMessages
internal import SMBSecurity
internal import Wire

extension Share {
    /// What a file is opened for.
    public enum Purpose: Hashable, Sendable {
        case read
        /// A new file, or an old one whose contents go.
        case replace
        /// A new file; one that is there is an error.
        case create
        /// A file that is there, or a new one, whose contents stay.
        case update
    }

    /// Opens a file. Folders are refused; links are not followed by this program.
    public func open(
        _ path: RemotePath,
        for purpose: Purpose = .read
    ) async throws(ClientError) -> RemoteFile {
        let began = Timestamp.now
        do throws(ClientError) {
            return try await openOnce(path, for: purpose)
        } catch {
            // A channel died under the request: was it we who made the file?
            guard purpose == .create, error.kind == .exists, error.followsRepetition,
                let file = try? await openOnce(path, for: .update)
            else { throw error }
            if file.facts.byteCount == 0, !isOlder(file.facts.created, than: began) { return file }
            file.closeSoon()
            throw error
        }
    }

    /// By the server's clock, with some tolerance.
    private func isOlder(_ time: Timestamp, than began: Timestamp) -> Bool {
        let tolerance: Int64 = 20_000_000
        let lead = session.traits.clockLead
        return Int64(bitPattern: time.rawValue) < Int64(bitPattern: began.rawValue) + lead
            - tolerance
    }

    private func openOnce(
        _ path: RemotePath,
        for purpose: Purpose
    ) async throws(ClientError) -> RemoteFile {
        let open = openFile(Self.request(path, purpose), isForReading: purpose == .read)
        do throws(ClientError) {
            let outcome = try await channels.exchange([Self.request(for: open)])
            let response = try Self.repeatable(outcome.wasRepeated) { () throws(ClientError) in
                try Self.created(outcome.replies[0])
            }
            return RemoteFile(
                share: self,
                path: path,
                facts: FileFacts(name: path.name ?? "", response),
                open: open
            )
        } catch {
            throw readOnlyHint(error).during("open \(Self.shown(path))")
        }
    }

    /// An open that outlives its session, as far as the server can do that.
    private func openFile(_ create: CreateRequest, isForReading: Bool) -> OpenFile {
        OpenFile(
            route: route,
            create: create,
            wantsDurable: session.traits.dialect >= .smb300,
            isForReading: isForReading,
            createGUID: GUID(rawValue: SecureRandom.integer())
        )
    }

    private static func request(for open: OpenFile) -> Request {
        var request = Request(.create, route: open.route) { open.request.encode(to: &$0) }
        request.opens = open
        return request
    }

    /// Makes or replaces a small file and writes it, in one round trip; the bytes that the server
    /// has taken.
    func create(
        _ path: RemotePath,
        _ bytes: [UInt8],
        modified: Timestamp
    ) async throws(ClientError) -> (file: RemoteFile, byteCount: UInt64) {
        let open = openFile(Self.request(path, .replace), isForReading: false)
        let write = WriteRequest(fileID: .previous, offset: 0, dataLength: bytes.count)
        let times = BasicInformation.times(modified: modified)
        var requests = [
            Self.request(for: open),
            Request(.write, route: route, payloadCount: bytes.count) {
                write.encode(to: &$0)
                $0.write(bytes: bytes)
            }.related(),
            Self.setInfo(times, route: route).related(),
        ]
        if bytes.isEmpty { requests.remove(at: 1) }
        do throws(ClientError) {
            let replies = try await channels.exchange(requests).replies
            let response = try Self.created(replies[0])
            let file = RemoteFile(
                share: self,
                path: path,
                facts: FileFacts(name: path.name ?? "", response),
                open: open
            )
            do throws(ClientError) {
                try replies[replies.count - 1].check()
                guard !bytes.isEmpty else { return (file, 0) }
                let written = try replies[1].decode("answer to a write") {
                    reader throws(WireError) in try WriteResponse(from: &reader)
                }
                return (file, UInt64(written.count))
            } catch {
                _ = try? await file.removeOnClose()
                file.closeSoon()
                throw error
            }
        } catch {
            throw readOnlyHint(error).during("write \(Self.shown(path))")
        }
    }

    static func request(_ path: RemotePath, _ purpose: Purpose) -> CreateRequest {
        var create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.readData, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: [.nonDirectoryFile, .sequentialOnly]
        )
        guard purpose != .read else { return create }
        create.desiredAccess = [
            .readData, .writeData, .appendData, .readAttributes, .writeAttributes, .delete,
            .synchronize,
        ]
        create.shareAccess = .read
        create.attributes = .normal
        create.disposition =
            switch purpose {
            case .read: .open
            case .replace: .overwriteIf
            case .create: .create
            case .update: .openIf
            }
        return create
    }
}
