import Testing
import Wire

@testable import SMBMessages

@Suite struct RPCTests {
    static let endpoint = ServerServiceEndpoint(
        serverName: "PENSTOCK",
        comment: "test",
        shares: [
            ServerServiceShare(name: "share"),
            ServerServiceShare(name: "share2", comment: "second"),
            ServerServiceShare(name: "IPC$", kind: 0x8000_0003, comment: "IPC"),
        ]
    )

    /// The RPC bytes in an IOCTL of a capture.
    private func input(_ name: String) throws -> [UInt8] {
        let vector = try GoldenVector(name)
        return try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try IoctlRequest(from: &reader)
        }.input
    }

    private func output(_ name: String) throws -> [UInt8] {
        let vector = try GoldenVector(name)
        return try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try IoctlResponse(from: &reader)
        }.output
    }

    private func header(_ fragment: [UInt8]) throws -> RPCHeader {
        try withReader(over: fragment) { reader throws(WireError) in
            try RPCHeader(from: &reader)
        }
    }

    private func shareList(_ fragments: [[UInt8]]) throws -> ServerServiceClient.ShareList {
        let stub = fragments.flatMap { $0[RPCCall.headerSize...] }
        return try withReader(over: stub) { reader throws(WireError) in
            try ServerServiceClient.decodeShareEnumerateResponse(from: &reader)
        }
    }

    @Test func bindIsWrittenAsSmbclientWritesIt() throws {
        let bind = RPCBind(contexts: [
            RPCBind.Context(
                identifier: 0,
                interface: .serverService,
                transferSyntaxes: [.ndr32]
            )
        ])
        #expect(bind.encoded(callID: 1) == (try input("Ioctl/request-pipe-transceive-bind")))
    }

    @Test func answersSmbclientsConversation() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let acks = association.receive(try input("Ioctl/request-pipe-transceive-bind"))
        let ack = try withReader(over: try #require(acks.first)) { reader throws(WireError) in
            _ = try RPCHeader(from: &reader)
            return try RPCBindAck(from: &reader)
        }
        #expect(ack.results.map(\.result) == [RPCBindAck.Result.acceptance])
        #expect(ack.results[0].transferSyntax == .ndr32)
        let answers = association.receive(try input("Ioctl/request-pipe-transceive-share-enum"))
        #expect(try header(answers[0]).callID == 2)
        let list = try shareList(answers)
        #expect(list.shares.map(\.name) == ["share", "share2", "IPC$"])
        #expect(list.shares.map(\.comment) == ["", "second", "IPC"])
        #expect(list.result == .success)
    }

    @Test func readsSambasAnswers() throws {
        let bytes = try output("Ioctl/response-pipe-transceive-bind")
        let ack = try withReader(over: bytes) { reader throws(WireError) in
            _ = try RPCHeader(from: &reader)
            return try RPCBindAck(from: &reader)
        }
        #expect(ack.secondaryAddress == "\\pipe\\srvsvc")
        let list = try shareList([try output("Ioctl/response-pipe-transceive-share-enum")])
        #expect(list.shares.map(\.name) == ["share", "share2", "IPC$"])
        #expect(list.shares[2].kind == ServerServiceShare.special | ServerServiceShare.interprocess)
    }

    @Test func takesNDRAmongWindowsThreeOffers() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let features = RPCSyntax(
            identifier: GUID(0x6CB7_1C2C, 0x9812, 0x4540, tail: 0x0300_0000_0000_0000),
            majorVersion: 1
        )
        let bind = RPCBind(
            contexts: [RPCSyntax.ndr32, .ndr64, features].enumerated().map { index, syntax in
                RPCBind.Context(
                    identifier: UInt16(index),
                    interface: .serverService,
                    transferSyntaxes: [syntax]
                )
            }
        )
        let answer = association.receive(bind.encoded(callID: 1))
        let ack = try withReader(over: answer[0]) { reader throws(WireError) in
            _ = try RPCHeader(from: &reader)
            return try RPCBindAck(from: &reader)
        }
        #expect(ack.results.map(\.result) == [0, 2, 3])
    }

    @Test func otherInterfacesAreRejected() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let bind = RPCBind(contexts: [
            RPCBind.Context(
                identifier: 0,
                interface: .workstationService,
                transferSyntaxes: [.ndr32]
            )
        ])
        let answer = association.receive(bind.encoded(callID: 1))
        let ack = try withReader(over: answer[0]) { reader throws(WireError) in
            _ = try RPCHeader(from: &reader)
            return try RPCBindAck(from: &reader)
        }
        #expect(ack.results.map(\.result) == [2])
        #expect(ack.results.map(\.reason) == [1])
    }

    @Test func bytesMayComeInAnyPieces() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let bytes =
            try input("Ioctl/request-pipe-transceive-bind")
            + input("Ioctl/request-pipe-transceive-share-enum")
        var answers: [[UInt8]] = []
        for byte in bytes { answers += association.receive([byte]) }
        #expect(try answers.map { try header($0).kind } == [.bindAck, .response])
    }

    @Test func longAnswersComeInFragmentsThatTheClientTakes() throws {
        let shares = (0..<300).map { ServerServiceShare(name: "share number \($0)") }
        var association = RPCAssociation(
            endpoint: ServerServiceEndpoint(serverName: "S", comment: "", shares: shares)
        )
        let bind = RPCBind(
            receiveFragmentMax: 2048,
            contexts: [
                RPCBind.Context(
                    identifier: 0,
                    interface: .serverService,
                    transferSyntaxes: [.ndr32]
                )
            ]
        )
        _ = association.receive(bind.encoded(callID: 1))
        let request = RPCCall.request(
            callID: 2,
            operation: ServerServiceClient.shareEnumerate,
            arguments: ServerServiceClient.shareEnumerateRequest(server: "s")
        )
        let answers = association.receive(request[0])
        #expect(answers.count > 5)
        #expect(answers.allSatisfy { $0.count <= 2048 })
        #expect(try header(answers[0]).flags == .firstFragment)
        #expect(try header(answers[1]).flags == [])
        #expect(try header(try #require(answers.last)).flags == .lastFragment)
        #expect(try shareList(answers).shares.map(\.name) == shares.map(\.name))
    }

    @Test func unknownOperationsAndBadArgumentsAreFaults() throws {
        #expect(throws: RPCFault.operationRange) {
            try Self.endpoint.call(operation: 99, arguments: [])
        }
        for operation in [15, 16, 21] as [UInt16] {
            #expect(throws: RPCFault.badStubData) {
                try Self.endpoint.call(operation: operation, arguments: [1, 0, 0])
            }
        }
    }

    @Test func callsBeforeBindAreFaults() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let answers = association.receive(
            RPCCall.request(callID: 1, operation: 15, arguments: [])[0]
        )
        #expect(try header(answers[0]).kind == .fault)
    }

    @Test func endlessArgumentsAreCutOff() throws {
        var association = RPCAssociation(endpoint: Self.endpoint)
        let fragments = RPCCall.request(
            callID: 1,
            operation: 15,
            arguments: [UInt8](repeating: 0, count: 70_000)
        )
        let answers = fragments.flatMap { association.receive($0) }
        #expect(try header(try #require(answers.first)).kind == .fault)
    }

    @Test func garbageEndsTheAssociation() {
        var association = RPCAssociation(endpoint: Self.endpoint)
        #expect(association.receive([UInt8](repeating: 0xFF, count: 64)).isEmpty)
        #expect(association.isBroken)
    }

    @Test(arguments: [(100, 36), (101, 68), (102, 100)] as [(UInt32, Int)])
    func tellsOfTheServer(level: UInt32, least: Int) throws {
        let arguments = encoded { writer in
            writer.write(UInt32(0))
            writer.write(level)
        }
        let answer = try Self.endpoint.call(operation: 21, arguments: arguments)
        #expect(answer.count >= least)
        #expect(answer.suffix(4) == [0, 0, 0, 0])
        let refused = try Self.endpoint.call(
            operation: 21,
            arguments: encoded {
                $0.write(UInt32(0)); $0.write(UInt32(599))
            }
        )
        #expect(refused.suffix(4) == [124, 0, 0, 0])
    }

    @Test(arguments: [0, 1, 2, 501, 502, 1005] as [UInt32])
    func tellsOfOneShare(level: UInt32) throws {
        func ask(_ name: String) throws -> [UInt8] {
            var writer = NDRWriter()
            writer.writeNull()
            writer.write(string: name)
            writer.write(level)
            return try Self.endpoint.call(operation: 16, arguments: writer.take())
        }
        #expect(try ask("SHARE").suffix(4) == [0, 0, 0, 0])
        #expect(try ask("nothing").suffix(4) == [0x06, 0x09, 0, 0])
    }

    @Test func theWorkstationSaysWhoItIs() throws {
        let endpoint = WorkstationServiceEndpoint(serverName: "S", domain: "WORKGROUP")
        let arguments = encoded {
            $0.write(UInt32(0)); $0.write(UInt32(100))
        }
        let answer = try endpoint.call(operation: 0, arguments: arguments)
        #expect(answer.suffix(4) == [0, 0, 0, 0])
        #expect(answer.count > 60)
    }
}
