import FileStore
import Logging
import SMBMessages
import SMBState

extension Open {
    /// Ends the open, however that came about (MS-SMB2 3.3.4.17): its locks and caching go, a
    /// pending deletion is carried out, and whoever waited for it is woken.
    func close() {
        guard markClosed() else { return }
        session.opens.remove(fileID.volatile)
        endWatch()
        for request in waiting { request.cancellation?(request, .rangeNotLocked) }
        guard case .file(let file) = target, let shard = session.shard else { return }
        shard.opens[openID] = nil
        let result = shard.server.files.withTable { $0.close(openID) }
        if createOptions.contains(.deleteOnClose), file.kind == .directory {
            shard.endWatches(of: file.identity, .deletePending)
        }
        if result.deletion != .none || removesNameOnClose {
            do throws(NTStatus) {
                if result.deletion == .file {
                    try file.deleteFile()
                } else {
                    try file.delete()
                }
            } catch {
                shard.server.log.info(
                    "a deletion on close failed",
                    metadata: ["path": "\(file.path)", "status": "\(error)"]
                )
            }
        }
        file.close()
        shard.wake(result.woken)
        shard.wake(result.lockedNow)
    }
}
