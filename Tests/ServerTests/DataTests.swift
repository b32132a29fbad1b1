import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// READ, WRITE and FLUSH, MS-SMB2 3.3.5.11 to 3.3.5.13.
    @Suite struct DataTests {
        private func write(
            _ caller: inout Caller,
            _ data: [UInt8],
            at offset: UInt64,
            file: UInt8 = 0
        ) -> NTStatus? {
            caller.call(.write) { writer in
                WriteRequest(
                    fileID: Caller.file(file),
                    offset: offset,
                    dataLength: data.count
                ).encode(to: &writer)
                writer.write(bytes: data.isEmpty ? [0] : data)
            }.first?.status
        }

        private func read(
            _ caller: inout Caller,
            _ length: UInt32,
            at offset: UInt64,
            least: UInt32 = 0,
            file: UInt8 = 0
        ) throws -> (status: NTStatus, data: [UInt8]) {
            let answers = caller.call(.read) { writer in
                ReadRequest(
                    fileID: Caller.file(file),
                    offset: offset,
                    length: length,
                    minimumCount: least
                ).encode(to: &writer)
            }
            let answer = try #require(answers.first)
            guard answer.status == .success else { return (answer.status, []) }
            let response = try answer.read { reader throws(WireError) in
                try ReadResponse(from: &reader)
            }
            let end = response.dataOffset + response.dataLength
            return (answer.status, Array(answer.bytes[response.dataOffset..<end]))
        }

        @Test(arguments: ["file", "file:stream"])
        func whatIsWrittenIsRead(name: String) throws {
            var caller = Caller()
            caller.open(name)
            #expect(write(&caller, [1, 2, 3, 4], at: 2) == .success)
            #expect(try read(&caller, 100, at: 0).data == [0, 0, 1, 2, 3, 4])
            #expect(try read(&caller, 2, at: 3).data == [2, 3])
            caller.leave()
        }

        @Test(arguments: ["file", "file:stream"])
        func theEndIsToldAsWindowsTellsIt(name: String) throws {
            var caller = Caller()
            caller.open(name)
            #expect(write(&caller, [UInt8](repeating: 7, count: 20), at: 0) == .success)
            #expect(try read(&caller, 10, at: 20).status == .endOfFile)
            #expect(try read(&caller, 0, at: 20).status == .success)
            #expect(try read(&caller, 0, at: 20, least: 1).status == .endOfFile)
            #expect(try read(&caller, 2, at: 19).data == [7])
            #expect(try read(&caller, 2, at: 19, least: 2).status == .endOfFile)
            #expect(try read(&caller, 1, at: 0, least: 2).status == .endOfFile)
            caller.leave()
        }

        @Test func offsetsBeyondSixtyThreeBitsAreRefused() throws {
            var caller = Caller()
            caller.open("file")
            let last = UInt64(Int64.max)
            #expect(try read(&caller, 1, at: last - 1).status == .endOfFile)
            #expect(try read(&caller, 0, at: last).status == .success)
            #expect(try read(&caller, 1, at: last).status == .invalidParameter)
            #expect(try read(&caller, 0, at: last + 1).status == .invalidParameter)
            #expect(try read(&caller, 0, at: .max).status == .invalidParameter)
            #expect(write(&caller, [], at: last) == .success)
            #expect(write(&caller, [1], at: last) == .invalidParameter)
            #expect(write(&caller, [], at: last + 1) == .invalidParameter)
            #expect(write(&caller, [1], at: .max) == .invalidParameter)
            caller.leave()
        }

        @Test func accessIsChecked() throws {
            var caller = Caller()
            caller.open("file", access: .writeData)
            caller.open("file", access: .readData)
            caller.open("file", access: .execute)
            caller.open("file", access: .readAttributes)
            #expect(write(&caller, [1], at: 0) == .success)
            #expect(try read(&caller, 1, at: 0).status == .accessDenied)
            #expect(write(&caller, [1], at: 0, file: 1) == .accessDenied)
            #expect(try read(&caller, 1, at: 0, file: 2).data == [1])
            #expect(try read(&caller, 1, at: 0, file: 3).status == .accessDenied)
            caller.leave()
        }

        @Test func directoriesHoldNoData() throws {
            var caller = Caller()
            caller.open("folder", options: .directoryFile)
            #expect(try read(&caller, 1, at: 0).status == .invalidDeviceRequest)
            #expect(write(&caller, [1], at: 0) == .invalidDeviceRequest)
            caller.leave()
        }

        @Test func readingMovesThePosition() throws {
            var caller = Caller()
            caller.open("file")
            #expect(write(&caller, [1, 2, 3], at: 0) == .success)
            #expect(try read(&caller, 2, at: 0).status == .success)
            let answer = caller.query(.position)
            #expect(answer?.output == [2, 0, 0, 0, 0, 0, 0, 0])
            caller.leave()
        }

        @Test func flushNeedsTheRightToWrite() {
            var caller = Caller()
            caller.open("file", access: .writeData)
            caller.open("file", access: .readData)
            func flush(_ number: UInt8) -> [NTStatus] {
                caller.call(.flush) { writer in
                    FlushRequest(fileID: Caller.file(number)).encode(to: &writer)
                }.map(\.status)
            }
            #expect(flush(1) == [.accessDenied])
            #expect(flush(0) == [.success])
            caller.leave()
        }
    }
}
