import FileStore
import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.19: answered when something changes, which may be never.
enum ChangeNotify {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try ChangeNotifyRequest(from: &reader)
        let outputSize = Int(message.outputBufferLength)
        guard outputSize <= request.connection.transactSizeMax else {
            throw NTStatus.invalidParameter
        }
        try request.checkCreditCharge(payloadCount: outputSize)
        let open = try request.open(message.fileID)
        guard let file = open.file, file.kind == .directory, let store = open.tree.share.store
        else { throw NTStatus.invalidParameter }
        try open.require(.listDirectory)
        let shard = request.connection.requireShard
        if shard.server.files.withTable({ $0.isDeletePending(open.openID) }) {
            throw NTStatus.deletePending
        }
        let source = try shard.watchSource(of: store)
        let watch = try watch(of: open, file, message, source)
        // What has happened already must not be told in two halves.
        source.drain()
        guard !watch.isReady else {
            try watch.answer(outputSize: outputSize, &writer)
            return .answered
        }
        try watch.wait(request, outputSize: outputSize)
        return .waiting
    }

    /// The open's watch. Its first request decides what is watched; later ones only collect
    /// (MS-FSA 2.1.5.11).
    private static func watch(
        of open: Open,
        _ file: any StoreFile,
        _ message: ChangeNotifyRequest,
        _ source: WatchSource
    ) throws(NTStatus) -> DirectoryWatch {
        if let watch = open.watch { return watch }
        let isRecursive = message.flags.contains(.watchTree)
        let watch = DirectoryWatch(
            identity: file.identity,
            filter: message.completionFilter,
            bufferSize: Int(message.outputBufferLength)
        )
        try source.start(watch, on: file, isRecursive: isRecursive)
        open.watch = watch
        return watch
    }
}
