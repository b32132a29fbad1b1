import SMBMessages
import Testing
import Wire

@testable import FuzzTargets

/// That the server's fuzz target gets behind the server's door, or it would test nothing.
@Suite(.serialized) struct ConversationTests {
    func request(_ command: Command, _ body: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        writer.beginMessage()
        Header(command: command, messageID: 0, credits: 1, creditCharge: 1).encode(to: &writer)
        body(&writer)
        return writer.finish()
    }

    @Test(arguments: [UInt8(1), 3, 5, 7, 9])
    func opensAFile(mode: UInt8) {
        ServerUnderTest.shared.reset()
        var conversation = Conversation(Conversation.Mode(rawValue: mode), settles: true)
        conversation.logOn()
        #expect(conversation.trees.count == 2)
        conversation.send(
            request(.create) { writer in
                CreateRequest(
                    name: "file",
                    desiredAccess: .fileAll,
                    shareAccess: [],
                    disposition: .openIf
                ).encode(to: &writer)
            }
        )
        #expect(conversation.opens.count == 1)
        #expect(!conversation.transport.isClosed)
        conversation.send(
            request(.close) { writer in
                CloseRequest(fileID: FileID(persistent: 0, volatile: 0)).encode(to: &writer)
            }
        )
        #expect(!conversation.transport.isClosed)
        conversation.transport.disconnect()
    }

    @Test func seesADroppedConnection() {
        var conversation = Conversation([], settles: true)
        conversation.send([UInt8](repeating: 0x41, count: 100))
        #expect(conversation.transport.isClosed)
        conversation.transport.disconnect()
    }
}
