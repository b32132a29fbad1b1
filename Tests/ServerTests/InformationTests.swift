import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// QUERY_INFO and SET_INFO, MS-SMB2 3.3.5.20 and 3.3.5.21.
    @Suite struct InformationTests {
        private func decode<T: FileInformation>(
            _ answer: Caller.Answer?,
            as type: T.Type = T.self
        ) throws -> T {
            let output = try #require(answer).output
            return try withReader(over: output) { reader throws(WireError) in
                try T(from: &reader)
            }
        }

        @Test func shortBuffersAreRefusedOrCutTheName() throws {
            var caller = Caller()
            caller.open("a long name of a file")
            #expect(caller.query(.basic, length: 39)?.status == .infoLengthMismatch)
            #expect(caller.query(.all, length: 103)?.status == .infoLengthMismatch)
            let asked = caller.query(.all, length: 110)
            let cut = try #require(asked)
            #expect(cut.status == .bufferOverflow)
            #expect(cut.output.count == 110)
            #expect(caller.query(.all)?.status == .success)
            caller.leave()
        }

        @Test func rightsAreAskedFor() {
            var caller = Caller()
            caller.open("file", access: [.readData, .synchronize])
            #expect(caller.query(.basic)?.status == .accessDenied)
            #expect(caller.query(.standard)?.status == .success)
            #expect(caller.set(EndOfFileInformation(endOfFile: 1)) == .accessDenied)
            #expect(caller.set(DispositionInformation(deletePending: true)) == .accessDenied)
            caller.leave()
        }

        @Test func timesAreKeptAsTheyAreSet() throws {
            var caller = Caller()
            caller.open("file")
            let time = { (offset: UInt64) in FileTime(rawValue: 132_000_000_000_000_000 + offset) }
            let wanted = BasicInformation(
                creationTime: time(10),
                lastAccessTime: time(20),
                lastWriteTime: time(30),
                changeTime: time(40),
                attributes: .hidden
            )
            #expect(caller.set(wanted) == .success)
            #expect(try decode(caller.query(.basic)) == wanted)
            let nothing = BasicInformation(
                creationTime: .zero,
                lastAccessTime: .zero,
                lastWriteTime: .zero,
                changeTime: .zero,
                attributes: []
            )
            #expect(caller.set(nothing) == .success)
            #expect(try decode(caller.query(.basic)) == wanted)
            var wrong = nothing
            wrong.attributes = .directory
            #expect(caller.set(wrong) == .invalidParameter)
            caller.leave()
        }

        @Test func renamesAndRefusesToReplace() throws {
            var caller = Caller()
            caller.open("first")
            caller.open("second")
            let plain = RenameInformation(replaceIfExists: false, fileName: "second")
            #expect(caller.set(plain) == .objectNameCollision)
            // It is open: not even whoever wants to replace it may.
            let replacing = RenameInformation(replaceIfExists: true, fileName: "second")
            #expect(caller.set(replacing) == .accessDenied)
            let free = RenameInformation(replaceIfExists: false, fileName: "third")
            #expect(caller.set(free) == .success)
            let name: NameInformation = try decode(caller.query(.name))
            #expect(name.name == "\\third")
            let nowhere = RenameInformation(replaceIfExists: false, fileName: "no\\where")
            #expect(caller.set(nowhere) == .objectPathNotFound)
            let outside = RenameInformation(replaceIfExists: false, fileName: "..\\out")
            #expect(caller.set(outside) != .success)
            caller.leave()
        }

        @Test func directoriesStayWhileSomethingIsOpenInThem() {
            var caller = Caller()
            caller.open("folder", options: .directoryFile)
            caller.open("folder\\file")
            let rename = RenameInformation(replaceIfExists: false, fileName: "other")
            #expect(caller.set(rename) == .accessDenied)
            let deletion = DispositionInformation(deletePending: true)
            #expect(caller.set(deletion) == .directoryNotEmpty)
            caller.leave()
        }

        @Test func deletionIsPendingUntilItIsTakenBack() throws {
            var caller = Caller()
            caller.open("file")
            #expect(caller.set(DispositionInformation(deletePending: true)) == .success)
            var standard: StandardInformation = try decode(caller.query(.standard))
            #expect(standard.deletePending)
            #expect(standard.numberOfLinks == 0)
            #expect(caller.open("file", disposition: .open) == .deletePending)
            #expect(caller.set(DispositionInformation(deletePending: false)) == .success)
            standard = try decode(caller.query(.standard))
            #expect(!standard.deletePending)
            caller.leave()
        }

        @Test func classesThatNobodyKnowsAreRefused() {
            var caller = Caller()
            caller.open("file")
            let unknown = FileInformationClass(rawValue: 99)
            #expect(caller.query(unknown)?.status == .invalidInfoClass)
            #expect(caller.query(.quota)?.status == .notSupported)
            caller.leave()
        }

        @Test func volumesTellOfThemselves() throws {
            var caller = Caller()
            caller.open("", options: .directoryFile)
            for (value, least) in [(1, 24), (3, 24), (4, 8), (5, 16), (6, 48), (7, 32), (11, 28)]
                as [(UInt8, Int)]
            {
                let answer = caller.call(.queryInfo) { writer in
                    QueryInfoRequest(
                        infoType: .fileSystem,
                        informationClass: value,
                        outputBufferLength: 4096,
                        fileID: Caller.file
                    ).encode(to: &writer)
                }.first
                #expect(answer?.status == .success, "class \(value)")
                #expect(try #require(answer).output.count >= least)
            }
            caller.leave()
        }

        @Test func descriptorsThatDoNotFitSayHowLongTheyAre() throws {
            var caller = Caller()
            caller.open("file")
            func ask(_ length: UInt32) -> Caller.Answer? {
                caller.call(.queryInfo) { writer in
                    QueryInfoRequest(
                        infoType: .security,
                        outputBufferLength: length,
                        additionalInformation: 7,
                        fileID: Caller.file
                    ).encode(to: &writer)
                }.first
            }
            let long = ask(4096)
            let whole = try #require(long)
            #expect(whole.status == .success)
            let tiny = ask(1)
            let short = try #require(tiny)
            #expect(short.status == .bufferTooSmall)
            let error = try short.read { reader throws(WireError) in
                try ErrorResponse(from: &reader)
            }
            #expect(error.payload.first == UInt8(truncatingIfNeeded: whole.output.count))
            caller.leave()
        }
    }
}
