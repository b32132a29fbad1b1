import FileStore
import Logging
import SMBMessages
import SMBState

extension Open {
    /// Ends the open, however that came about (MS-SMB2 3.3.4.17): its locks and caching go, a
    /// pending deletion is carried out, and whoever waited for it is woken.
    func close() {
        guard markClosed() else { return }
        leaveSession()
        endWatch()
        for request in waiting { request.cancellation?(request, .rangeNotLocked) }
        guard case .file(let file) = target, let shard else { return }
        endDurability()
        shard.opens[openID] = nil
        let honors = honorsDeleteOnClose(file)
        let result = shard.server.files.withTable {
            $0.close(openID, honorsDeleteOnClose: honors)
        }
        if createOptions.contains(.deleteOnClose), honors, file.kind == .directory {
            shard.endWatches(of: file.identity, .deletePending)
        }
        if result.deletion != .none || removesNameOnClose {
            delete(file, result.deletion, on: shard)
        }
        file.close()
        shard.wake(result.woken)
        shard.wake(result.lockedNow)
    }

    /// A directory that is not empty stays, and is not marked either (MS-FSA 2.1.5.5).
    private func honorsDeleteOnClose(_ file: any StoreFile) -> Bool {
        guard createOptions.contains(.deleteOnClose), file.kind == .directory else { return true }
        return (try? file.checkDeletable()) != nil
    }

    private func delete(
        _ file: any StoreFile,
        _ deletion: FileCloseResult.Deletion,
        on shard: Shard
    ) {
        do throws(NTStatus) {
            if deletion == .file {
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
        guard deletion == .file else { return }
        let identity = file.identity
        shard.server.files.withTable {
            $0.deletionEnded(FileKey(device: identity.device, inode: identity.inode))
        }
    }
}
