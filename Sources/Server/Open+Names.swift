import FileStore
import SMBMessages
import SMBState

extension Open {
    /// A file's path as the table of files compares it: of one share, without regard to case.
    static func indexPath(of path: StorePath, on share: Share) -> String {
        "\(share.name)\\\(path.file)".uppercased()
    }

    /// Answers whoever waits for changes: the open closes (MS-SMB2 3.3.5.10).
    func endWatch() {
        guard let watch, let store = tree.share.store else { return }
        self.watch = nil
        if let source = try? shard?.watchSource(of: store) { source.stop(watch) }
        watch.end(with: .notifyCleanup)
    }
}
