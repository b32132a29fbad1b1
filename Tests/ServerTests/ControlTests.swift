import SMBMessages
import Testing
import Wire

extension ServerTests {
    /// IOCTL and the pipes of IPC$, MS-SMB2 3.3.5.15.
    @Suite struct ControlTests {
        private func bytes(_ write: (inout WireWriter) -> Void) -> [UInt8] {
            var writer = WireWriter()
            write(&writer)
            return writer.finish()
        }

        private func output(_ answer: Caller.Answer?) throws -> [UInt8] {
            try #require(answer).read { reader throws(WireError) in
                try IoctlResponse(from: &reader)
            }.output
        }

        @Test func copiesBetweenOpensOfOneSession() throws {
            var caller = Caller()
            caller.open("source")
            caller.open("target")
            let data = [UInt8](repeating: 7, count: 5000)
            _ = caller.call(.write) { writer in
                WriteRequest(fileID: Caller.file(0), offset: 0, dataLength: data.count)
                    .encode(to: &writer)
                writer.write(bytes: data)
            }
            let reply = try output(caller.control(.requestResumeKey, output: 32))
            let key = try withReader(over: reply) { reader throws(WireError) in
                try ResumeKeyResponse(from: &reader).key
            }
            func copy(_ length: UInt32, _ key: ResumeKey) throws -> (NTStatus, CopyChunkResponse?) {
                let chunk = CopyChunk(sourceOffset: 0, targetOffset: 0, length: length)
                let request = bytes {
                    CopyChunkRequest(sourceKey: key, chunks: [chunk]).encode(to: &$0)
                }
                let asked = caller.control(
                    .copyChunk,
                    file: Caller.file(1),
                    output: 12,
                    request
                )
                let answer = try #require(asked)
                let response = try? output(answer)
                return (
                    answer.status,
                    response.flatMap { bytes in
                        try? withReader(over: bytes) { reader throws(WireError) in
                            try CopyChunkResponse(from: &reader)
                        }
                    }
                )
            }
            let done = try copy(5000, key)
            #expect(done.0 == .success)
            #expect(done.1?.totalBytesWritten == 5000)
            let beyond = try copy(5001, key)
            #expect(beyond.0 == .invalidViewSize)
            let tooLong = try copy(2 << 20, key)
            #expect(tooLong.0 == .invalidParameter)
            #expect(tooLong.1?.chunkBytesWritten == 1 << 20)
            let wrong = try copy(1, ResumeKey(first: 1, second: 2))
            #expect(wrong.0 == .objectNameNotFound)
            caller.leave()
        }

        @Test func listsSharesOverAPipe() throws {
            var caller = Caller()
            #expect(caller.open("srvsvc", on: .pipes) == .success)
            #expect(caller.open("nothing", on: .pipes) == .objectNameNotFound)
            let bind = RPCBind(contexts: [
                RPCBind.Context(
                    identifier: 0,
                    interface: .serverService,
                    transferSyntaxes: [.ndr32]
                )
            ])
            let ack = caller.control(.pipeTransceive, on: .pipes, bind.encoded(callID: 1))
            #expect(ack?.status == .success)
            let request = RPCCall.request(
                callID: 2,
                operation: ServerServiceClient.shareEnumerate,
                arguments: ServerServiceClient.shareEnumerateRequest(server: "penstock")
            )
            // What does not fit is said to be more, and read.
            let asked = caller.control(.pipeTransceive, on: .pipes, output: 30, request[0])
            let first = try #require(asked)
            #expect(first.status == .bufferOverflow)
            let rest = caller.call(.read, on: .pipes) { writer in
                ReadRequest(fileID: Caller.file, offset: 0, length: 4096).encode(to: &writer)
            }.first
            #expect(rest?.status == .success)
            let bytes = try #require(rest).bytes
            #expect(String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self).contains("share"))
            let empty = caller.call(.read, on: .pipes) { writer in
                ReadRequest(fileID: Caller.file, offset: 0, length: 4096).encode(to: &writer)
            }.first
            #expect(empty?.status == .pipeEmpty)
            caller.leave()
        }

        @Test func refusesWhatItDoesNotDo() {
            var caller = Caller()
            caller.open("file")
            #expect(caller.control(.offloadRead)?.status == .invalidDeviceRequest)
            #expect(caller.control(.pipeTransceive)?.status == .notSupported)
            #expect(caller.control(.getReparsePoint)?.status == .notAReparsePoint)
            #expect(caller.control(.enumerateSnapshots, output: 8)?.status == .invalidParameter)
            let anything = FileID.previous
            #expect(caller.control(.dfsGetReferrals, file: anything)?.status == .fsDriverRequired)
            caller.leave()
        }

        @Test func namesTheMachinesAddresses() throws {
            var caller = Caller()
            let answer = caller.control(.queryNetworkInterfaceInfo, file: .previous)
            let interfaces = try withReader(over: output(answer)) { reader throws(WireError) in
                try NetworkInterface.decodeList(from: &reader)
            }
            #expect(!interfaces.isEmpty)
            #expect(interfaces.allSatisfy { $0.bitsPerSecond > 0 })
            caller.leave()
        }
    }
}
