import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// CHANGE_NOTIFY, MS-SMB2 3.3.5.19.
    @Suite struct NotificationTests {
        private func watch(
            _ caller: inout Caller,
            _ filter: CompletionFilter = [.fileName, .directoryName],
            length: UInt32 = 4096
        ) -> [Caller.Answer] {
            caller.call(.changeNotify) { writer in
                ChangeNotifyRequest(
                    outputBufferLength: length,
                    fileID: Caller.file(0),
                    completionFilter: filter
                ).encode(to: &writer)
            }
        }

        private func changes(_ answer: Caller.Answer) throws -> [FileNotifyInformation] {
            try withReader(over: answer.output) { reader throws(WireError) in
                try FileNotifyInformation.decodeList(from: &reader)
            }
        }

        @Test func waitsAndTellsOfANewFile() throws {
            var caller = Caller()
            caller.open("", options: .directoryFile)
            #expect(watch(&caller).map(\.status) == [.pending])
            var answers = caller.call(.create) { writer in
                CreateRequest(
                    name: "new",
                    desiredAccess: .fileAll,
                    shareAccess: .all,
                    disposition: .create
                ).encode(to: &writer)
            }
            // What is told comes after the answer to what caused it.
            answers += caller.call(.echo) { EchoRequest().encode(to: &$0) }
            let told = try #require(
                answers.first { $0.bytes[12] == UInt8(Command.changeNotify.rawValue) }
            )
            #expect(told.status == .success)
            #expect(
                try changes(told) == [FileNotifyInformation(action: .added, fileName: "new")]
            )
            caller.leave()
        }

        @Test func closingTheDirectoryEndsTheWait() {
            var caller = Caller()
            caller.open("folder", options: .directoryFile)
            #expect(watch(&caller).map(\.status) == [.pending])
            let answers = caller.call(.close) { writer in
                CloseRequest(fileID: Caller.file(0)).encode(to: &writer)
            }
            #expect(answers.contains { $0.status == .notifyCleanup })
            caller.leave()
        }

        @Test func filesCannotBeWatched() {
            var caller = Caller()
            caller.open("file")
            #expect(watch(&caller).map(\.status) == [.invalidParameter])
            caller.leave()
        }

        @Test func whoMayNotListMayNotWatch() {
            var caller = Caller()
            caller.open("folder", access: [.readAttributes], options: .directoryFile)
            #expect(watch(&caller).map(\.status) == [.accessDenied])
            caller.leave()
        }
    }
}
