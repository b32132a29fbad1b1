import FileStore
import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.9: checks, the table of open files, the store, and the answer.
enum Create {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try CreateRequest(from: &reader)
        guard let tree = request.tree else { throw NTStatus.networkNameDeleted }
        guard let store = tree.share.store else {
            return try NamedPipe.handleCreate(request, message, &writer)
        }
        if let reconnect = try CreateReconnect(message, request, tree) {
            return try reconnect.handle(&writer)
        }
        let plan = try CreatePlan(message, request)
        let attempt = CreateAttempt(request: request, tree: tree, store: store, plan: plan)
        if let open = try attempt.begin() {
            request.createdFileID = open.fileID
            try attempt.repeated(open).encode(to: &writer)
            return .answered
        }
        do {
            switch try attempt.run() {
            case .opened(let open, let response):
                request.createdFileID = open.fileID
                response.encode(to: &writer)
                return .answered
            case .wait(let waiter, let file):
                try request.suspend(.indefinite)
                wait(attempt, waiter, file)
                return .waiting
            }
        } catch {
            attempt.giveUp()
            throw error
        }
    }

    /// Another client has to give something up first; then the whole is tried again.
    private static func wait(_ attempt: CreateAttempt, _ waiter: WaiterID, _ file: FileKey) {
        let request = attempt.request
        let shard = request.connection.requireShard
        request.cancellation = { request, status in
            _ = shard.removeWaiter(waiter)
            _ = shard.server.files.withTable { $0.cancel(waiter, file: file) }
            attempt.giveUp()
            request.resume(failing: status)
        }
        shard.addWaiter(
            waiter,
            Waiter(request: request, generation: request.generation) {
                do {
                    switch try attempt.run() {
                    case .opened(let open, let response):
                        request.createdFileID = open.fileID
                        request.resume { writer in
                            response.encode(to: &writer)
                            return .success
                        }
                    case .wait(let next, let file):
                        wait(attempt, next, file)
                    }
                } catch {
                    attempt.giveUp()
                    request.resume(failing: error as? NTStatus ?? .internalError)
                }
            }
        )
    }
}
