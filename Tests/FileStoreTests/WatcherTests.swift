import FileStore
import Foundation
import SMBMessages
import Testing

@Suite struct WatcherTests {
    /// What a watch has told so far.
    private final class Log {
        var changes: [DirectoryChange] = []

        /// Actions and paths, without repeated modifications.
        func take() -> [String] {
            defer { changes = [] }
            var lines: [String] = []
            for change in changes {
                let line =
                    switch change {
                    case .entry(let action, let path, _): "\(action.rawValue) \(path)"
                    case .overflow: "overflow"
                    case .removed: "removed"
                    }
                if line != lines.last { lines.append(line) }
            }
            return lines
        }
    }

    private func start(
        _ ground: Playground,
        _ path: String,
        recursive: Bool
    ) throws -> (any ChangeWatcher, WatchID, Log) {
        let watcher = try ground.store.makeWatcher()
        let log = Log()
        let directory = try ground.open(path, access: []).file
        let id = try watcher.watch(directory, recursive: recursive) { log.changes.append($0) }
        return (watcher, id, log)
    }

    @Test(arguments: Ground.allCases)
    func tellsOfChanges(ground: Ground) throws {
        let ground = try Playground(ground)
        try ground.makeDirectory("d")
        let (watcher, id, log) = try start(ground, "d", recursive: false)
        #expect(watcher.descriptor >= 0)
        try ground.put("d/new", "")
        watcher.drain()
        #expect(log.changes.first == .entry(action: .added, path: "new", matches: .fileName))
        _ = log.take()
        try ground.put("d/new", "text")
        watcher.drain()
        #expect(
            log.changes.contains { change in
                guard case .entry(.modified, "new", let matches) = change else { return false }
                return matches.contains([.size, .lastWrite])
            }
        )
        _ = log.take()
        try ground.makeDirectory("d\\sub")
        try ground.put("d/sub/deep", "")
        watcher.drain()
        #expect(log.changes == [.entry(action: .added, path: "sub", matches: .directoryName)])
        _ = log.take()
        rename(ground.outside("d/new"), ground.outside("d/old"))
        watcher.drain()
        #expect(log.take() == ["4 new", "5 old", "3 old"])
        rename(ground.outside("d/old"), ground.outside("old"))
        watcher.drain()
        #expect(log.take() == ["2 old"])
        rename(ground.outside("old"), ground.outside("d/again"))
        watcher.drain()
        #expect(log.take() == ["1 again"])
        try ground.open("d\\again").file.setBasic(BasicChange(attributes: .hidden))
        try ground.open("d\\again").file.delete()
        watcher.drain()
        #expect(log.take() == ["3 again", "2 again"])
        watcher.stop(id)
        watcher.stop(id)
        try ground.put("d/after", "")
        watcher.drain()
        #expect(log.take() == [])
    }

    private func rename(_ from: String, _ to: String) {
        #expect(unsafe Foundation.rename(from, to) == 0)
    }

    @Test func watchesTrees() throws {
        let ground = try Playground()
        try ground.makeDirectory("a")
        try ground.makeDirectory("a\\b")
        try ground.makeDirectory("other")
        let (watcher, _, log) = try start(ground, "", recursive: true)
        try ground.put("a/b/f", "")
        watcher.drain()
        #expect(log.take().first == "1 a\\b\\f")
        try ground.makeDirectory("a\\b\\c")
        watcher.drain()
        try ground.put("a/b/c/g", "")
        watcher.drain()
        #expect(log.take().prefix(2) == ["1 a\\b\\c", "1 a\\b\\c\\g"])
        // What moves with its directory is told under the new name.
        rename(ground.outside("a/b"), ground.outside("other/b2"))
        watcher.drain()
        #expect(log.take() == ["2 a\\b", "1 other\\b2"])
        try ground.put("other/b2/c/h", "")
        watcher.drain()
        #expect(log.take().first == "1 other\\b2\\c\\h")
        rename(ground.outside("other/b2"), "\(ground.path)/gone")
        watcher.drain()
        _ = log.take()
        try Data().write(to: URL(fileURLWithPath: "\(ground.path)/gone/c/unseen"))
        watcher.drain()
        #expect(log.take() == [])
    }

    @Test func servesSeveralWatchesOfOneDirectory() throws {
        let ground = try Playground()
        try ground.makeDirectory("d")
        let watcher = try ground.store.makeWatcher()
        let directory = try ground.open("d", access: []).file
        let logs = [Log(), Log()]
        let first = try watcher.watch(directory, recursive: false) { logs[0].changes.append($0) }
        _ = try watcher.watch(directory, recursive: true) { logs[1].changes.append($0) }
        try ground.makeDirectory("d\\x")
        watcher.drain()
        #expect(logs.map { $0.take() } == [["1 x"], ["1 x"]])
        watcher.stop(first)
        try ground.makeDirectory("d\\y")
        watcher.drain()
        #expect(logs.map { $0.take() } == [[], ["1 y"]])
        try ground.open("d\\x", access: []).file.delete()
        try ground.open("d\\y", access: []).file.delete()
        try directory.delete()
        watcher.drain()
        #expect(logs[1].take().contains("2 y"))
    }

    @Test func refusesWhatIsNoDirectory() throws {
        let ground = try Playground()
        let file = try ground.write("f", "")
        let watcher = try ground.store.makeWatcher()
        #expect(throws: NTStatus.invalidParameter) {
            try watcher.watch(file, recursive: false) { _ in }
        }
    }
}
