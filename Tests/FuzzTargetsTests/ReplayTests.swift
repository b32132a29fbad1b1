import Foundation
import FuzzTargets
import Testing

/// Everything that fuzzing has kept, and everything that other tests read, once through every
/// target: what was found stays found. A trap ends the test run. One after the other with the
/// conversations, because all use the one server of the process.
extension ConversationTests {
    static let fixtures = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func files(beneath folder: URL, extension suffix: String? = nil) -> [URL] {
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let files = (found?.allObjects ?? []).compactMap { $0 as? URL }
        return files.filter { file in
            let values = try? file.resourceValues(forKeys: [.isRegularFileKey])
            return values?.isRegularFile == true && (suffix == nil || file.pathExtension == suffix)
        }
    }

    @Test(arguments: FuzzTarget.all.map { $0.name })
    func replaysWhatFuzzingKept(name: String) async throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = Self.fixtures.appending(path: "Fuzz/\(name)")
        let files = Self.files(beneath: folder)
        #expect(!files.isEmpty, "\(folder.path) holds nothing")
        let inputs = try files.map { [UInt8](try Data(contentsOf: $0)) }
        await Self.onThreadOfItsOwn { for input in inputs { target.run(input) } }
    }

    /// Whole messages of real peers, and every prefix of them; not for whole conversations, which
    /// take longer.
    @Test(arguments: FuzzTarget.all.map { $0.name }.filter { !["server", "client"].contains($0) })
    func survivesRealMessages(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let files = Self.files(beneath: Self.fixtures, extension: "hex")
        let messages = try files.flatMap(Self.messages)
        #expect(messages.count > 20)
        for message in messages where message.count < 2048 {
            for count in 0...message.count { target.run(Array(message.prefix(count))) }
        }
    }

    /// A target may wait for tasks of its own, which the threads that tests run on have to run.
    static func onThreadOfItsOwn<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: body()) }
        }
    }

    /// The messages of an annotated file, which comment lines or blank lines keep apart.
    static func messages(in file: URL) throws -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var current: [UInt8] = []
        func digits(_ line: Substring) -> [UInt8] {
            let field = line.split(separator: "  ", maxSplits: 1).first ?? ""
            let digits = field.compactMap(\.hexDigitValue)
            return stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            }
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty || line.hasPrefix("#") {
                if !current.isEmpty { messages.append(current) }
                current = []
            } else {
                current += digits(line)
            }
        }
        return current.isEmpty ? messages : messages + [current]
    }
}
