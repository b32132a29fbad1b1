import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// QUERY_DIRECTORY, MS-SMB2 3.3.5.18.
    @Suite struct DirectoryTests {
        private func names(_ answer: Caller.Answer?) throws -> [String] {
            let output = try #require(answer).output
            return try withReader(over: output) { reader throws(WireError) in
                try DirectoryEntry.decodeList(.idBothDirectory, from: &reader)
            }.map(\.name)
        }

        private func prepared() -> Caller {
            var caller = Caller()
            caller.open("", options: .directoryFile)
            for name in ["one.txt", "two.txt", "three.doc"] { caller.open(name) }
            return caller
        }

        @Test func listsDotsFirstAndEndsWithNoMoreFiles() throws {
            var caller = prepared()
            let found = try names(caller.list("*"))
            #expect(found.prefix(2) == [".", ".."])
            #expect(Set(found.dropFirst(2)) == ["one.txt", "two.txt", "three.doc"])
            #expect(caller.list("*")?.status == .noMoreFiles)
            #expect(try names(caller.list("*", flags: .restartScans)).count == 5)
            caller.leave()
        }

        @Test func anEmptyFirstAnswerSaysThatThereIsNoSuchFile() {
            var caller = prepared()
            #expect(caller.list("nothing*")?.status == .noSuchFile)
            #expect(caller.list("nothing*")?.status == .noMoreFiles)
            caller.leave()
        }

        @Test func keepsTheFirstPatternUntilItIsReopened() throws {
            var caller = prepared()
            #expect(Set(try names(caller.list("*.txt"))) == ["one.txt", "two.txt"])
            #expect(caller.list("*.doc")?.status == .noMoreFiles)
            #expect(try names(caller.list("*.doc", flags: .reopen)) == ["three.doc"])
            caller.leave()
        }

        @Test func returnsOneEntryWhenAskedForOne() throws {
            var caller = prepared()
            var found: [String] = []
            while let answer = caller.list("*", flags: .returnSingleEntry),
                answer.status == .success, found.count < 10
            {
                let entries = try names(answer)
                #expect(entries.count == 1)
                found += entries
            }
            #expect(found.count == 5)
            caller.leave()
        }

        @Test func smallBuffersLoseNoEntry() throws {
            var caller = prepared()
            var found: [String] = []
            while let answer = caller.list("*", length: 140), answer.status == .success,
                found.count < 10
            {
                #expect(answer.output.count <= 140)
                found += try names(answer)
            }
            #expect(Set(found).count == 5)
            #expect(found.count == 5)
            caller.leave()
        }

        @Test func goesOnBehindAnIndex() throws {
            var caller = prepared()
            let first = caller.list("*")
            let output = try #require(first).output
            let entries = try withReader(over: output) { reader throws(WireError) in
                try DirectoryEntry.decodeList(.idBothDirectory, from: &reader)
            }
            #expect(entries.map(\.fileIndex) == [1, 2, 3, 4, 5])
            let rest = caller.call(.queryDirectory) { writer in
                QueryDirectoryRequest(
                    informationClass: .idBothDirectory,
                    flags: .indexSpecified,
                    fileIndex: 3,
                    fileID: Caller.file,
                    pattern: "*",
                    outputBufferLength: 4096
                ).encode(to: &writer)
            }.first
            #expect(try names(rest) == entries[3...].map(\.name))
            #expect(caller.list("*")?.status == .noMoreFiles)
            caller.leave()
        }

        @Test func refusesWhatMakesNoSense() {
            var caller = prepared()
            #expect(caller.list("*", length: 103)?.status == .infoLengthMismatch)
            #expect(caller.list("*", .basic)?.status == .invalidInfoClass)
            #expect(caller.list("a\\b")?.status == .objectNameInvalid)
            #expect(caller.list("*", length: 70_000)?.status == .invalidParameter)
            caller.leave()
        }

        @Test func filesHaveNoEntries() {
            var caller = Caller()
            caller.open("file")
            #expect(caller.list("*")?.status == .invalidParameter)
            caller.leave()
        }
    }
}
