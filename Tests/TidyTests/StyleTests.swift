import Foundation
import Testing

/// What the format tool does not check of the style.
@Suite struct StyleTests {
    static let files: [SourceTree.File] = {
        let folders = ["Sources", "Tests"]
        return folders.flatMap { (try? SourceTree.swiftFiles(in: $0)) ?? [] }
    }()

    @Test func readsTheTree() {
        #expect(Self.files.contains { $0.path == "Sources/Wire/WireReader.swift" })
        #expect(Self.files.contains { $0.path == "Tests/TidyTests/StyleTests.swift" })
    }

    @Test func filesAreShort() {
        for file in Self.files {
            let limit = file.path.hasPrefix("Sources/") ? 400 : 600
            #expect(file.lines.count <= limit, "\(file): \(file.lines.count) lines")
        }
    }

    @Test func linesAreShort() {
        for file in Self.files {
            for (index, line) in file.lines.enumerated() where line.count > 100 {
                Issue.record("\(file):\(index + 1): \(line.count) columns")
            }
        }
    }

    @Test func functionsAreShort() {
        for file in Self.files {
            for (start, count) in Self.functionLengths(file.lines) where count > 70 {
                Issue.record("\(file):\(start + 1): a function of \(count) lines")
            }
        }
    }

    /// Where each function starts and how many lines it has, by its indentation.
    static func functionLengths(_ lines: [String]) -> [(start: Int, count: Int)] {
        var lengths: [(start: Int, count: Int)] = []
        for (start, line) in lines.enumerated() {
            let indentation = line.prefix { $0 == " " }
            let words = line.split(whereSeparator: { " (<?{".contains($0) })
            let isFunction = words.contains("func") || words.contains("init")
            guard isFunction, !indentation.isEmpty || words.contains("func"),
                !line.contains("//"), !line.contains("self.init"), !line.contains(" = ")
            else { continue }
            let end = lines[start...].firstIndex { $0 == indentation + "}" }
            if let end,
                line.hasSuffix("{")
                    || lines[start...end].contains(where: {
                        $0.hasPrefix(indentation + ")") && $0.hasSuffix("{")
                    })
            {
                lengths.append((start, end - start + 1))
            }
        }
        return lengths
    }

    @Test func findsFunctionLengths() {
        let lines = ["struct A {", "    func a() {", "        b()", "    }", "}"]
        let lengths = Self.functionLengths(lines)
        #expect(lengths.count == 1)
        #expect(lengths.first?.count == 3)
    }

    /// Words that do not merge, each spelled here so that this file does not hold it.
    static let bannedWords = [
        "TO" + "DO", "FIX" + "ME", "fatal" + "Error(", "try" + "!", " as" + "! ", "XX" + "X:",
    ]

    @Test(arguments: bannedWords)
    func nobodyWrites(word: String) {
        for file in Self.files {
            for (index, line) in file.lines.enumerated() where line.contains(word) {
                Issue.record("\(file):\(index + 1): \(word)")
            }
        }
    }

    @Test func messagesCiteTheirSections() throws {
        let sources = ["MS-", "RFC ", "C706 "]
        let files = Self.files.filter { $0.path.hasPrefix("Sources/SMBMessages/") }
        #expect(!files.isEmpty)
        for file in files {
            let cites = file.lines.contains { line in sources.contains { line.contains($0) } }
            #expect(cites, "\(file) cites no section")
        }
    }

    @Test func nothingIsLarge() {
        for path in SourceTree.paths() {
            // What another program took away meanwhile is not large.
            let url = SourceTree.root.appending(path: path)
            let size = (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
            #expect(size <= 256 * 1024, "\(path): \(size) bytes")
        }
    }
}
